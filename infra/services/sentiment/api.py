"""What crosses the wire: strict questions, ready-made answers. The same for BentoML's endpoint and the direct one."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any, ClassVar, Sequence

import bentoml
from pydantic import ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import InitErrorDetails
from starlette.requests import Request
from starlette.responses import Response

from stages import CURRENT, Stages, Work, clock

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
        question = cls.parse(await request.body())
        if (timeline := CURRENT.get()) is not None:
            timeline.note_parsed()
        return question

    @classmethod
    def parse(cls, body: bytes) -> "Question":
        try:
            return cls.model_validate_json(body)
        except UnicodeDecodeError as error:
            problem = InitErrorDetails(type="json_invalid", ctx={"error": str(error)}, input=None)
            raise ValidationError.from_exception_data(cls.__name__, [problem]) from None


class Answer(bentoml.IODescriptor):
    """Encoded by hand: a batchable method can only return a list, and the rest is the same in every answer.

    On its way here, one text's result is (scores, Work): the scores in the order of the labels.
    """

    results: list[dict]
    model: dict
    worker: str

    _tail: ClassVar[bytes] = b"}"
    _labels: ClassVar[Sequence[str]] = ()
    _stages: ClassVar[Stages | None] = None

    @classmethod
    def describe(cls, labels: Sequence[str], model: dict[str, Any], stages: Stages | None) -> None:
        rest = json.dumps({"model": model, "worker": str(os.getpid())}, separators=(",", ":"))
        cls._tail = b"," + rest[1:].encode()
        cls._labels = labels
        cls._stages = stages

    @classmethod
    async def to_http_response(cls, obj: Any, serde: Any) -> Response:
        body, timing = cls.encode([scores for scores, _ in obj], obj[-1][1])
        headers = None if timing is None else {"server-timing": timing}
        return Response(body, media_type="application/json", headers=headers)

    @classmethod
    def encode(cls, scores: Sequence[Sequence[float]], work: Work) -> tuple[bytes, str | None]:
        """The body, and the value of the `server-timing` header where stages are on."""
        timeline = CURRENT.get() if cls._stages is not None else None
        resumed = clock()
        results = [cls._result(row) for row in scores]
        labelled = clock()
        body = b'{"results":' + json.dumps(results, separators=(",", ":")).encode() + cls._tail
        if timeline is None or cls._stages is None:
            return body, None
        seconds = timeline.seconds(work, resumed, labelled, clock())
        return body, cls._stages.header(timeline, seconds, work.texts)

    @classmethod
    def _result(cls, row: Sequence[float]) -> dict[str, Any]:
        labels = cls._labels
        rounded = [round(float(score), 6) for score in row]
        return {"label": labels[max(range(len(labels)), key=rounded.__getitem__)], "scores": dict(zip(labels, rounded))}


def rejection(error: ValidationError) -> bytes:
    """The body of a 400 as BentoML's own endpoint writes it."""
    detail = error.errors(include_context=False, include_input=False)
    return json.dumps({"error": f"{error.error_count()} validation error for {error.title}", "detail": detail}).encode()
