"""Azurite, Microsoft's storage emulator, as a child process on free ports.

Started with the flags the newest storage SDKs need (they are an API version ahead of it) and without its telemetry.
"""

from __future__ import annotations

import re
import subprocess
import threading
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from local.interruption import held_back

#: Azurite's published development account and key: the same on every machine, no secret
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

PROGRAMS = Path(__file__).resolve().parents[1] / "node_modules" / ".bin"
LISTENING = re.compile(r"successfully listens on (https?://\S+)")


class AzuriteError(RuntimeError):
    """Azurite is not installed, or ended before it listened."""


class Azurite:
    """The queue service (and the blob service when asked for) until `stop()`.

    Without a folder everything is in memory and gone afterwards; with one, a later start finds the messages again.
    With a certificate (a PEM file with its key) it speaks TLS, and takes the tokens of an identity besides keys.
    """

    def __init__(self, folder: Path | None = None, *, blob: bool = False, certificate: Path | None = None) -> None:
        self.flags = _flags(folder, certificate)
        self.names = ("queue", "blob") if blob else ("queue",)
        self._services: dict[str, _Service] = {}

    def start(self) -> Self:
        """Return when every service listens; raises AzuriteError."""
        try:
            for name in self.names:
                with held_back():
                    self._services[name] = _Service(name, self.flags)
            for service in self._services.values():
                service.address.result()
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def connection_string(self) -> str:
        """What goes into a setting like AzureWebJobsStorage."""
        endpoints = ";".join(f"{name.capitalize()}Endpoint={service.url}" for name, service in self._services.items())
        protocol = self.url("queue").partition(":")[0]
        return f"DefaultEndpointsProtocol={protocol};AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};{endpoints};"

    def url(self, name: str) -> str:
        """The address of one service's account: what a client with a credential is made for."""
        return self._services[name].url

    def stop(self) -> None:
        """End the processes and wait until they are gone."""
        for service in self._services.values():
            service.stop()
        self._services.clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Service:
    """One of Azurite's programs, and the thread that reads what it prints so that a full pipe never stops it."""

    def __init__(self, name: str, flags: list[str]) -> None:
        self.name = name
        self.address: Future[str] = Future()
        self._process = _launch(name, flags)
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    @property
    def url(self) -> str:
        return f"{self.address.result()}/{ACCOUNT}"

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._reader.join()

    def _read(self, output: IO[str]) -> None:
        """Azurite names the port it was given on its standard output, once it listens."""
        seen = []
        with output:
            for line in output:
                if match := LISTENING.search(line):
                    self.address.set_result(match[1])
                seen.append(line)
        if not self.address.done():
            self.address.set_exception(AzuriteError(f"azurite-{self.name} ended before it listened: {''.join(seen)}"))


def _flags(folder: Path | None, certificate: Path | None) -> list[str]:
    keep = ["--inMemoryPersistence"] if folder is None else ["--location", str(folder)]
    tls = [] if certificate is None else ["--oauth", "basic", "--cert", str(certificate), "--key", str(certificate)]
    return ["--silent", "--skipApiVersionCheck", "--disableTelemetry", *keep, *tls]


def _launch(name: str, flags: list[str]) -> subprocess.Popen[str]:
    program = PROGRAMS / f"azurite-{name}"
    if not program.exists():
        raise AzuriteError(f"{program} is not there: run `npm ci` in {PROGRAMS.parents[1]}")
    address = [f"--{name}Host", "127.0.0.1", f"--{name}Port", "0"]
    return subprocess.Popen(  # a session of its own: Ctrl-C reaches us, and we end it when the work is done
        [program, *flags, *address], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
