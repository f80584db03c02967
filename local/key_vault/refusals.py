"""What the service answers instead of what it was asked for."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """An error reply: the status, the code of its body, and the inner code that tells reasons apart."""

    def __init__(
        self, status: int, code: str, message: str, inner: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner
        self.headers = headers or {}

    def body(self) -> dict[str, object]:
        """Give the body as the service writes it."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.inner:
            error["innererror"] = {"code": self.inner}
        return {"error": error}


def not_found(name: str) -> Refusal:
    """The name, or this version of it, is not there."""
    message = f"A secret with (name/id) {name} was not found in this key vault."
    return Refusal(404, "SecretNotFound", message)


def conflict(name: str, inner: str, state: str) -> Refusal:
    """The name is in a state in which this cannot be done."""
    return Refusal(409, "Conflict", f"Secret {name} is currently {state}.", inner)


def bad_parameter(message: str) -> Refusal:
    """The request is not one the service takes."""
    return Refusal(400, "BadParameter", message)


def disabled() -> Refusal:
    """The version was disabled."""
    return Refusal(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled")


def protected() -> Refusal:
    """The vault has purge protection."""
    message = 'Operation "purge" is not allowed because purge protection is enabled for this vault.'
    return Refusal(403, "Forbidden", message)
