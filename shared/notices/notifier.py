"""What carries notices: the Protocol, and its twin on one machine, a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from shared.errors import Cause, RetryLater


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice on its way. `id` is the same however often it is handed over, so that a second one is recognised."""

    id: str
    to: str = field(repr=False)
    subject: str
    body: str


class Notifier(Protocol):
    """Carries letters."""

    def send(self, letter: Letter) -> None:
        """Hand one over. Raises RetryLater(MAIL_DOWN) for now, Broken(MAIL_REFUSED) when it is not taken as it is."""


def written(letter: Letter, sender: str) -> EmailMessage:
    """The letter as mail: plain text, its id in the header by which servers recognise a second one."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Mailbox(addr_spec=sender)
    message["To"] = Mailbox(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Message-ID"] = f"<{letter.id}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


class OutboxFolder:
    """A folder of mails that only its owner may read; one that is there already is not written again."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, letter: Letter) -> None:
        """See Notifier. The finished file is linked into place, so that none is ever seen half."""
        path = self._folder / f"{letter.id}.eml"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix=".") as new:  # mode 0600
                new.write(written(letter, self._sender).as_bytes())
                new.flush()
                os.fsync(new.fileno())
                try:
                    path.hardlink_to(new.name)
                except FileExistsError:
                    return
        except OSError as error:
            raise RetryLater(Cause.MAIL_DOWN, f"{path}: {error.strerror}") from error

    def of(self, tenant: str) -> list[Path]:
        """The mails to one tenant."""
        return sorted(path for path in self._folder.glob("*.eml") if path.name.rpartition("..")[0] == tenant)
