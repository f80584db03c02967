"""What a function put out, sent to the queues of its output bindings."""

from __future__ import annotations

import json

from local.host.bindings import Function
from local.host.message_text import encode
from local.host.messages import InvocationResponse, TypedData
from local.host.storage import Storage, send_text


class Outputs:
    """Sends as the real host does: a missing queue is made, a list is one message per item."""

    def __init__(self, storage: Storage, encoding: str) -> None:
        self._storage = storage
        self._encoding = encoding

    def send(self, function: Function, response: InvocationResponse) -> None:
        """Send everything one invocation put out. Raises AzureError or UndecodableError."""
        values = {output.name: output.data for output in response.output_data}
        values["$return"] = response.return_value
        for output in function.outputs:
            client = self._storage.queue(output.connection, output.queue)
            for body in _bodies(values.get(output.parameter)):
                send_text(client, encode(body, self._encoding))


def _bodies(value: TypedData | None) -> list[str | bytes]:
    """A JSON list is its items, each a text as it is or JSON; anything else is one message."""
    if value is None:
        return []
    if value.json is not None:
        content = json.loads(value.json)
        items = content if isinstance(content, list) else [content]
        return [item if isinstance(item, str) else json.dumps(item) for item in items]
    kind = value.WhichOneof("data")
    if kind == "bytes" and value.bytes is not None:
        return [value.bytes]
    return [] if kind is None else [str(getattr(value, kind))]
