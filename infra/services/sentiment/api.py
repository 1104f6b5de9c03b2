"""What crosses the wire: strict questions, ready-made answers."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any, ClassVar

import bentoml
from pydantic import ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import InitErrorDetails
from starlette.requests import Request
from starlette.responses import Response

MOST_TEXTS = 32
LONGEST_TEXT = 2000

#: At least one character that is not white space.
Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")]


class Question(bentoml.IODescriptor):
    model_config = ConfigDict(extra="forbid", strict=True)

    texts: Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)]

    @classmethod
    async def from_http_request(cls, request: Request, serde: Any) -> "Question":
        """JSON whatever the content type says; a bad one becomes BentoML's 400 with every problem in `detail`."""
        body = await request.body()
        try:
            return cls.model_validate_json(body)
        except UnicodeDecodeError as error:
            problem = InitErrorDetails(type="json_invalid", ctx={"error": str(error)}, input=None)
            raise ValidationError.from_exception_data(cls.__name__, [problem]) from None


class Answer(bentoml.IODescriptor):
    """Encoded by hand: a batchable method can only return a list, and the rest is the same in every answer."""

    results: list[dict]
    model: dict
    worker: str

    _tail: ClassVar[bytes] = b"}"

    @classmethod
    def describe(cls, model: dict[str, Any]) -> None:
        rest = json.dumps({"model": model, "worker": str(os.getpid())}, separators=(",", ":"))
        cls._tail = b"," + rest[1:].encode()

    @classmethod
    async def to_http_response(cls, obj: Any, serde: Any) -> Response:
        results = json.dumps(obj, separators=(",", ":")).encode()
        return Response(b'{"results":' + results + cls._tail, media_type="application/json")
