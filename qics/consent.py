"""`qics tenant invite|link`: the way a customer's consent begins.

A link is a secret of the customer's: it is made, shown once and not stored, so showing it "again" is making a new one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from qics.app import app_of
from qics.arguments import TenantName
from qics.output import AsJson, note, print_json, say
from qics.recorded import recorded
from shared.bootstrap import App
from shared.connect import INVITATION_LASTS


class Language(StrEnum):
    """Languages a customer is written to in."""

    NL = "nl"
    EN = "en"


LETTER = {
    Language.NL: """Goedendag,

Met deze link geeft u ons leesrechten op uw administratie in Exact Online:

{link}

- Log in met een Exact-gebruiker die alleen hiervoor is, met leesrechten op de administraties die u wilt delen.
- Kies op de pagina van Exact welke administraties wij mogen lezen.
- De link werkt één keer en is {days} dagen geldig.

Wij lezen alleen; uw wachtwoord zien wij niet. U kunt de toestemming altijd intrekken in Exact Online.""",
    Language.EN: """Hello,

With this link you give us the right to read your administration in Exact Online:

{link}

- Log in as an Exact user that is there for this alone, with the right to read the administrations you want to share.
- On Exact's page, choose which administrations we may read.
- The link works once and is valid for {days} days.

We only read, and never see your password. You can withdraw the consent in Exact Online at any time.""",
}


@recorded("tenant.invite")
def invite(context: typer.Context, tenant: TenantName, as_json: AsJson = False) -> None:
    """Make an invitation link: one use, and a time after which it is worthless. Prints the link alone, for scripts.

    Also after a consent was lost: the new one goes on where the old one stopped. Example: `qics tenant invite acme`.
    """
    app = app_of(context)
    link = app.connector.invite(tenant)
    if as_json:
        print_json({"tenant": tenant, "link": link, "valid_days": INVITATION_LASTS.days})
    else:
        typer.echo(link)


@recorded("tenant.link")
def link(
    context: typer.Context,
    tenant: TenantName,
    language: Annotated[Language, typer.Option(help="Language of the letter.")] = Language.NL,
    as_json: AsJson = False,
) -> None:
    """Print what to send to the customer: a letter with a link. The link is new each time; links are not stored.

    Example: `qics tenant link acme --language en`.
    """
    app = app_of(context)
    letter = LETTER[language].format(link=app.connector.invite(tenant), days=INVITATION_LASTS.days)
    if as_json:
        print_json({"tenant": tenant, "language": language, "letter": letter, "valid_days": INVITATION_LASTS.days})
        return
    note(f"A new link was made: links are not stored. {_standing(app, tenant)}")
    say(letter)


def _standing(app: App, tenant: str) -> str:
    grant = app.register.grants.get(tenant)
    if grant is not None and grant.state == "connected":
        return f"Tenant {tenant} is connected already; a consent by another Exact user would replace it."
    return "Links sent before stay valid until they are used or expire."
