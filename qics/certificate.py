"""`qics certificate`: how far a deletion is, its certificate, and the keys that prove it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from qics.app import app_of
from qics.arguments import TenantName
from qics.consent import Language
from qics.output import AsJson, Row, print_json, say, show
from shared.bootstrap import App
from shared.errors import Cause, Refused
from shared.register import Purge
from shared.retention.certificate import Issued, check, issued
from shared.retention.page import readable
from shared.signing import Jwk
from shared.signing import as_json as published

group = typer.Typer(help="Certificates of deletion: show, verify, publish the keys.", no_args_is_help=True)

PURGES = {
    "division": "Division",
    "reason": "Reason",
    "begun_at": "Begun",
    "ended_at": "Ended",
    "step": "Step",
    "waits_for": "Waits for",
    "look_at": "Looked at again",
    "sha256": "SHA-256 of the certificate",
}
PLACES = {
    "place": "Place",
    "found": "Was there",
    "did": "Done",
    "erased_at": "When",
    "looked_at": "Looked at",
    "left": "Left",
    "remains": "Remains",
}


@group.command("show")
def show_certificate(
    context: typer.Context,
    tenant: TenantName,
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write the certificates there: JSON and a page.")
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of the page.")] = Language.NL,
    as_json: AsJson = False,
) -> None:
    """Show the deletions of a tenant: what was where, what was done, what a fresh look found, what remains.

    Examples: `qics certificate show acme`, `qics certificate show acme --folder . --language en`.
    """
    app = app_of(context)
    kept = issued(app.retention, tenant)
    for each in kept if folder else ():
        _write(folder or Path(), each, language)
    rows = [_purge(purge) for purge in app.register.purges.of(tenant)]
    if as_json:
        print_json({"purges": rows, "certificates": [each.told for each in kept]})
        return
    show(rows, PURGES, as_json=False, empty=f"Nothing of tenant {tenant} was deleted.")
    if rows:
        show(_places(app, tenant), PLACES, as_json=False, title="Places of the last one")


@group.command()
def verify(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="FILE|TENANT", help="A certificate's JSON file, or a tenant's id.")],
    keys: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Published keys (`qics certificate key`); none: the app's.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that a certificate is what was issued: form, signature, key. One changed byte fails.

    Examples: `qics certificate verify acme`, `qics certificate verify certificate.json --keys keys.json`.
    """
    app = app_of(context)
    known = _keys(keys) if keys else app.signer.public_keys()
    contents = (
        [Path(what).read_bytes()] if Path(what).is_file() else [each.content for each in issued(app.retention, what)]
    )
    if not contents:
        raise Refused(Cause.BAD_REQUEST, f"{what}: is no file, and no tenant with a certificate")
    for content in contents:
        told = check(content, known)
        if as_json:
            print_json(told)
        else:
            say(f"Valid: tenant {told['tenant']}, issued {told['issued_at']}, signed with key {told['key']}.")


@group.command()
def key(context: typer.Context) -> None:
    """Print the public half of every signing key as a JWK set: what to publish, so that anybody can verify.

    Example: `qics certificate key > keys.json`.
    """
    print_json(published(app_of(context).signer.public_keys()))


def _keys(path: Path) -> list[Jwk]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, list[dict[str, str]]])["keys"]  # type: ignore[return-value]
    except (OSError, KeyError, msgspec.DecodeError):
        raise Refused(Cause.BAD_REQUEST, f"{path}: is no JWK set") from None


def _write(folder: Path, each: Issued, language: Language) -> None:
    name = each.name.rsplit("/", 1)[-1].removesuffix(".json")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"certificate-{name}.json").write_bytes(each.content)
    (folder / f"certificate-{name}.html").write_text(readable(each.told, language.value), encoding="utf-8")


def _purge(purge: Purge) -> Row:
    names = ("number", "division", "reason", "begun_at", "ended_at", "step", "waits_for", "look_at")
    return {**{name: getattr(purge, name) for name in names}, "sha256": purge.certificate}


def _places(app: App, tenant: str) -> list[Row]:
    last = app.register.purges.of(tenant)[-1]
    return [
        {
            "place": place.place,
            "found": ", ".join(f"{count} {kind}" for kind, count in place.found.items()),
            "did": place.did,
            "erased_at": place.erased_at,
            "looked_at": place.looked_at,
            "left": place.left,
            "remains": ", ".join(f"{each['what']} {each['until']}".strip() for each in place.remains),
        }
        for place in app.register.purges.places(last.number)
    ]
