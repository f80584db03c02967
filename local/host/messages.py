"""The message classes the engine is given in place of Azure's protobuf ones.

The engine (package azure-functions-runtime) never imports them: it gets this module as `properties["protos"]` and goes
by names, so classes and fields carry the names of Microsoft's FunctionRpc.proto.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass(slots=True)
class RpcHttp:
    """A request on its way in, a response on its way out."""

    method: str = ""
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    body: TypedData | None = None
    status_code: str = "200"
    cookies: list[RpcHttpCookie] | None = None
    enable_content_negotiation: bool = False


@dataclass(slots=True)
class TypedData:
    """A value of one kind; the other kinds are None. Empty: no value at all."""

    string: str | None = None
    json: str | None = None
    bytes: bytes | None = None
    http: RpcHttp | None = None
    int: int | None = None
    double: float | None = None

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802 -- protobuf's name and signature
        """Name the kind that is set, as protobuf does."""
        return next((kind for kind in self.__slots__ if getattr(self, kind) is not None), None)


@dataclass(slots=True)
class ParameterBinding:
    """A named value: an argument of the function, or one of its outputs."""

    name: str
    data: TypedData | None

    def WhichOneof(self, group: str) -> str:  # noqa: N802 -- protobuf's name and signature
        """Say that it is data: shared memory, the other way, is not used."""
        return "data"


@dataclass(slots=True)
class RpcException:
    """What a function raised: `message` is `Kind: text`."""

    message: str = ""
    stack_trace: str = ""


@dataclass(slots=True)
class StatusResult:
    """How a request went."""

    Success = 1
    Failure = 0
    status: int
    exception: RpcException | None = None


@dataclass(slots=True)
class WorkerMetadata:
    """What the engine says of itself."""

    runtime_name: str
    runtime_version: str
    worker_version: str
    worker_bitness: str
    custom_properties: dict[str, str]


@dataclass(slots=True)
class WorkerInitResponse:
    """The answer to the start: failure when the app could not be indexed."""

    result: StatusResult
    capabilities: dict[str, str] = field(default_factory=dict)
    worker_metadata: WorkerMetadata | None = None


@dataclass(slots=True)
class BindingInfo:
    """Kind and direction of a binding; the host reads the raw JSON instead."""

    undefined = 0
    out = 1
    inout = 2
    type: str
    data_type: int | None
    direction: int


@dataclass(slots=True)
class RpcRetryOptions:
    """An `@app.retry`."""

    max_retry_count: int
    retry_strategy: str
    delay_interval: timedelta = timedelta(0)
    minimum_interval: timedelta = timedelta(0)
    maximum_interval: timedelta = timedelta(0)


@dataclass(slots=True)
class RpcFunctionMetadata:
    """One indexed function; `raw_bindings` are JSON texts."""

    name: str
    function_id: str
    managed_dependency_enabled: bool
    directory: str
    script_file: str
    entry_point: str
    is_proxy: bool
    language: str
    bindings: dict[str, BindingInfo]
    raw_bindings: list[str]
    retry_options: RpcRetryOptions | None
    properties: dict[str, str]


@dataclass(slots=True)
class FunctionMetadataResponse:
    """All indexed functions; None when there is no function_app.py."""

    use_default_metadata_indexing: bool
    function_metadata_results: list[RpcFunctionMetadata] | None
    result: StatusResult


@dataclass(slots=True)
class FunctionLoadResponse:
    """The answer to loading one function."""

    function_id: str
    result: StatusResult


@dataclass(slots=True)
class InvocationResponse:
    """How one invocation went, with what it returned and put out."""

    invocation_id: str
    result: StatusResult
    return_value: TypedData | None = None
    output_data: list[ParameterBinding] = field(default_factory=list)


@dataclass(slots=True)
class Timestamp:
    """Seconds since 1970."""

    seconds: int


@dataclass(slots=True)
class Nullable:
    """protobuf's wrapper around a value that may be absent."""

    value: Any


NullableString = NullableBool = NullableDouble = NullableTimestamp = Nullable


class SameSite:
    """The cookie attribute; `None` (absent) differs from `ExplicitNone`."""

    Lax = "Lax"
    Strict = "Strict"
    ExplicitNone = "None"


setattr(SameSite, "None", "")  # `None = …` is no Python; the engine reads it by getattr


@dataclass(slots=True)
class RpcHttpCookie:
    """One `Set-Cookie`; attributes that are absent are None."""

    SameSite = SameSite
    name: str
    value: str
    domain: Nullable | None = None
    path: Nullable | None = None
    expires: Nullable | None = None
    secure: Nullable | None = None
    http_only: Nullable | None = None
    same_site: str = ""
    max_age: Nullable | None = None
