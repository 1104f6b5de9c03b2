"""The service's settings: everything that tells one variant from another, read from the environment.

Every problem is reported at once, so that a wrong deployment is corrected in one go.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping, TypeVar

#: As in runtimes.py, which is not imported for their names alone.
RUNTIMES = ("torch", "torch-bf16", "torch-per-call", "onnx", "onnx-int8")
GRAPHS = ("none", "all", "no-skip-layer-norm")
BATCHING = ("off", "dispatcher", "queue")
T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    model_dir: Path
    runtime: str
    #: Threads of one inference in one worker.
    threads: int
    #: A thread that waits for the others of its inference keeps its core; with several of ONNX Runtime only.
    spinning: bool
    #: Processes sharing the listening socket.
    workers: int
    #: Graph optimisation of ONNX Runtime; see runtimes.py.
    graph: str
    #: Off; BentoML's adaptive dispatcher; or the worker's own queue behind the direct endpoint.
    batching: str
    #: Texts in one batch of the dispatcher and in one run of the model, at most.
    batch_max_size: int
    #: BentoML's `max_latency_ms`: not a batching window but a shedding limit over the whole queue. A request that
    #: is expected to take longer (dispatcher), or has waited longer (queue), is answered 503.
    batch_max_latency_ms: int
    #: Run texts of similar length together, so that short texts are not padded to the longest.
    length_buckets: bool
    #: Tokens in one of those runs, at most.
    run_max_tokens: int
    #: What one more run costs, in tokens; see runs.py.
    run_cost_tokens: int
    #: Runs at the same time in one worker, on one shared copy of the model; with the queue only.
    streams: int
    #: Each stream on a core of its own, where the system can; with the queue only.
    pinned: bool
    #: BentoML's OpenTelemetry spans for classifications.
    tracing: bool
    #: Report each request's stages; see stages.py.
    stages: bool
    #: Requests in one worker before it answers 429; None: no limit.
    max_concurrency: int | None


class SettingsError(Exception):
    """Every setting that is wrong: name, expected, got."""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    problems: list[str] = []

    def read(name: str, default: str | None, parse: Callable[[str], T], expected: str) -> T | None:
        raw = environment.get(name, default)
        try:
            if raw is None:
                raise ValueError
            return parse(raw)
        except ValueError:
            problems.append(f"{name}: expected {expected}, got {'nothing' if raw is None else repr(raw)}")
            return None

    settings = Settings(
        model_dir=read("TESTBED_MODEL_DIR", None, _model_dir, "a prepared model folder (it holds model.json)"),  # type: ignore[arg-type]
        runtime=read("TESTBED_RUNTIME", "torch", _one_of(RUNTIMES), f"one of {', '.join(RUNTIMES)}"),  # type: ignore[arg-type]
        threads=read("TESTBED_THREADS", "1", _whole(1, 256), "a whole number 1..256"),  # type: ignore[arg-type]
        spinning=read("TESTBED_SPINNING", "off", _on_off, "on or off"),  # type: ignore[arg-type]
        workers=read("TESTBED_WORKERS", "1", _whole(1, 256), "a whole number 1..256"),  # type: ignore[arg-type]
        graph=read("TESTBED_GRAPH", "all", _one_of(GRAPHS), f"one of {', '.join(GRAPHS)}"),  # type: ignore[arg-type]
        batching=read("TESTBED_BATCHING", "off", _one_of(BATCHING), f"one of {', '.join(BATCHING)}"),  # type: ignore[arg-type]
        batch_max_size=read("TESTBED_BATCH_MAX_SIZE", "8", _whole(1, 256), "a whole number 1..256"),  # type: ignore[arg-type]
        # As long as BentoML's own default: nothing is shed that a client of the testbed would still wait for.
        batch_max_latency_ms=read("TESTBED_BATCH_MAX_LATENCY_MS", "60000", _whole(1, 3_600_000), "milliseconds 1..3600000"),  # type: ignore[arg-type]
        length_buckets=read("TESTBED_LENGTH_BUCKETS", "off", _on_off, "on or off"),  # type: ignore[arg-type]
        run_max_tokens=read("TESTBED_RUN_MAX_TOKENS", "256", _whole(1, 1_000_000), "a whole number 1..1000000"),  # type: ignore[arg-type]
        run_cost_tokens=read("TESTBED_RUN_COST_TOKENS", "40", _whole(0, 100_000), "a whole number 0..100000"),  # type: ignore[arg-type]
        streams=read("TESTBED_STREAMS", "1", _whole(1, 64), "a whole number 1..64"),  # type: ignore[arg-type]
        pinned=read("TESTBED_PINNED", "off", _on_off, "on or off"),  # type: ignore[arg-type]
        tracing=read("TESTBED_TRACING", "on", _on_off, "on or off"),  # type: ignore[arg-type]
        stages=read("TESTBED_STAGES", "off", _on_off, "on or off"),  # type: ignore[arg-type]
        max_concurrency=read("TESTBED_MAX_CONCURRENCY", "", _optional(_whole(1, 1_000_000)), "nothing or a whole number 1..1000000"),
    )
    if settings.workers is not None and settings.workers > 1 and "BENTOML_CONTAINERIZED" in environment:
        problems.append(
            "BENTOML_CONTAINERIZED: expected to be unset with more than one worker (BentoML then never replaces a "
            "dead one, and capacity halves without a word), got set"
        )
    if settings.streams is not None and settings.streams > 1 and settings.batching != "queue":
        problems.append(f"TESTBED_STREAMS: expected 1 where TESTBED_BATCHING is not queue, got {settings.streams}")
    if settings.spinning and (settings.threads == 1 or not (settings.runtime or "onnx").startswith("onnx")):
        problems.append("TESTBED_SPINNING: expected off but for several threads of ONNX Runtime, got 'on'")
    if settings.pinned and settings.batching != "queue":
        problems.append("TESTBED_PINNED: expected off where TESTBED_BATCHING is not queue, got 'on'")
    if settings.batching == "dispatcher" and settings.batch_max_size == 1:
        problems.append("TESTBED_BATCH_MAX_SIZE: expected at least 2 with the dispatcher, got 1")
    if settings.runtime == "torch-bf16" and not has_bf16():
        problems.append("TESTBED_RUNTIME: expected a CPU with avx512_bf16 or amx_bf16 for torch-bf16, got one without")
    if problems:
        raise SettingsError("the service's environment is wrong:\n  " + "\n  ".join(problems))
    return settings


def has_bf16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Where the CPU multiplies bf16 itself; elsewhere it is emulated, slower than fp32."""
    try:
        flags = next(line for line in cpuinfo.read_text().splitlines() if line.startswith(("flags", "Features")))
    except (OSError, StopIteration):
        return False
    return not {"avx512_bf16", "amx_bf16", "bf16"}.isdisjoint(flags.split())


def _model_dir(raw: str) -> Path:
    path = Path(raw)
    if not (path / "model.json").is_file():
        raise ValueError
    return path


def _one_of(names: tuple[str, ...]) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if raw not in names:
            raise ValueError
        return raw

    return parse


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(raw: str) -> int:
        # int() alone would take "1_0", " 7" and "+7".
        if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
            raise ValueError
        return int(raw)

    return parse


def _on_off(raw: str) -> bool:
    if raw not in ("on", "off"):
        raise ValueError
    return raw == "on"


def _optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda raw: None if raw == "" else parse(raw)
