"""Pages rendered beforehand and served by another process, so that only the pipeline is measured."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.exact_simulator.reply import Reply, Request
from local.net.authority import Authority
from local.net.proxy import ConnectProxy
from local.net.server import Handler, TlsServer
from tests.support.pipeline import pipeline_in
from tests.support.simulator import HOST

LINES_PATH = "sync/Financial/TransactionLines"
#: limits that no measurement meets: what Exact allows is not what is measured
UNLIMITED = {"minute_limit": 10**9, "day_limit": 10**9, "contract_limit": 10**9}


def rendered(lines: int) -> dict[str, bytes]:
    """Every page of a first load of `lines` ledger lines, by address; made once and kept in the temporary folder."""
    kept = Path(tempfile.gettempdir()) / f"qics-bench-{lines}.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(_render(lines)))
    return pickle.loads(kept.read_bytes())


def _render(lines: int) -> dict[str, bytes]:
    pages: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder, pipeline_in(Path(folder), lines=lines, exact=UNLIMITED) as pipeline:
        whole = pipeline.exact.simulator.answer

        def answer(request: Request) -> Reply:
            reply = whole(request)
            if request.method == "GET" and request.path.startswith("/api/v1/"):
                pages[request.address] = reply.body
            return reply

        pipeline.exact.simulator.answer = answer  # type: ignore[method-assign]
        pipeline.connect()
        pipeline.run()
    return pages


@contextmanager
def served(lines: int) -> Iterator[tuple[str, Path]]:
    """The pages behind the real host name, from a process of their own: (proxy address, authority's bundle)."""
    rendered(lines)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.pages", str(lines), folder]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            port = int((server.stdout or sys.stdin).readline())
            with ConnectProxy({HOST: port}) as proxy:
                yield proxy.url, Path(folder) / "bundle.pem"
            server.communicate()


def serve(lines: int, folder: Path) -> None:
    """Serve until standard input ends."""
    pages = rendered(lines)

    class Connection(Handler):
        def do_GET(self) -> None:  # noqa: N802 -- the base class looks methods up by these names
            body = pages.get(self.path)
            self.reply(200 if body is not None else 404, [("Content-Type", "application/json")], body or b"")

    authority = Authority(folder)
    (folder / "bundle.pem").write_bytes(authority.bundle.read_bytes())
    with TlsServer(Connection, authority.server_context(HOST)) as server:
        print(server.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
