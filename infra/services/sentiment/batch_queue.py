"""Requests waiting in one worker, and the threads that run the model on them.

A free thread takes what is waiting, at once: there is no window to wait in. It starts from the oldest text, so that
none starves, and adds those that are cheapest to run with it (runs.py), but leaves every other thread its share: it is
free already or soon will be, and two short runs keep a burst waiting for less time than one long run. Under light
load every text so runs alone; under heavy load texts of like length run together.
BentoML's own dispatcher runs one batch at a time, in order of arrival.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Sequence

import numpy as np

from runs import RunLimits, cheapest_runs

#: Texts that are looked at for one run, oldest first: enough to find like lengths, and bounded under overload.
LOOK_AHEAD_RUNS = 4


class Overdue(Exception):
    """Waited longer than allowed; shed without running."""


@dataclass(slots=True)
class Run:
    """One run of the model: when it began and ended (`time.perf_counter`), how many texts were in it."""

    began: float
    ended: float
    texts: int


@dataclass(slots=True)
class Job:
    """One request's texts on their way through; `done` gets the job itself once the last of them was run."""

    rows: list[list[int]]
    done: asyncio.Future
    submitted: float
    results: list[Any] = field(default_factory=list)
    runs: list[Run | None] = field(default_factory=list)
    left: int = 0


class BatchQueue:
    """`run` is called with token rows on `streams` threads and returns one result row per token row.

    With `cores`, thread k stays on core k of them: the scheduler wakes a thread beside the one that woke it, and then
    two runs share a core while the other idles.
    """

    def __init__(
        self,
        run: Callable[[Sequence[list[int]]], np.ndarray],
        *,
        streams: int,
        limits: RunLimits,
        by_length: bool,
        most_wait_seconds: float,
        cores: Sequence[int] | None = None,
    ):
        self._run = run
        self._streams = streams
        self._limits = limits
        self._by_length = by_length
        self._most_wait = most_wait_seconds
        self._cores = cores
        self._waiting: list[tuple[Job, int]] = []
        self._changed = threading.Condition(threading.Lock())

    def start(self) -> None:
        for number in range(self._streams):
            threading.Thread(target=self._serve, args=(number,), name=f"inference-{number}", daemon=True).start()

    def submit(self, rows: list[list[int]]) -> asyncio.Future:
        """From the event loop's thread. The future holds the finished `Job`, or `Overdue`, or what `run` raised."""
        job = Job(rows, asyncio.get_running_loop().create_future(), time.perf_counter())
        job.results = [None] * len(rows)
        job.runs = [None] * len(rows)
        job.left = len(rows)
        with self._changed:
            self._waiting.extend((job, index) for index in range(len(rows)))
            self._changed.notify(len(rows))
        return job.done

    def _serve(self, number: int) -> None:
        if self._cores is not None:
            # 0: this thread.
            os.sched_setaffinity(0, {self._cores[number % len(self._cores)]})
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                run, overdue = self._take(time.perf_counter())
            for job in overdue:
                _on_loop(job.done, _fail, [job], Overdue())
            if run:
                self._execute(run)

    def _take(self, now: float) -> tuple[list[tuple[Job, int]], list[Job]]:
        """What to run next, taken out of what is waiting; and the jobs given up, whole."""
        overdue = []
        while self._waiting and now - self._waiting[0][0].submitted > self._most_wait:
            job = self._waiting[0][0]
            overdue.append(job)
            self._waiting = [entry for entry in self._waiting if entry[0] is not job]
        # Cancelled by a time limit, mostly.
        self._waiting = [entry for entry in self._waiting if not entry[0].done.done()]
        if not self._waiting:
            return [], overdue
        most = min(self._limits.texts, -(-len(self._waiting) // self._streams))
        chosen = self._choose(most) if self._by_length else range(min(most, len(self._waiting)))
        run = [self._waiting[index] for index in chosen]
        taken = set(chosen)
        self._waiting = [entry for index, entry in enumerate(self._waiting) if index not in taken]
        return run, overdue

    def _choose(self, most: int) -> list[int]:
        """The run that the oldest belongs to in the cheapest grouping of those that wait."""
        lengths = [len(job.rows[index]) for job, index in self._waiting[: LOOK_AHEAD_RUNS * most]]
        if most == 1 or len(lengths) == 1:
            return [0]
        return next(run for run in cheapest_runs(lengths, replace(self._limits, texts=most)) if 0 in run)

    def _execute(self, run: list[tuple[Job, int]]) -> None:
        began = time.perf_counter()
        try:
            results = self._run([job.rows[index] for job, index in run])
        except Exception as error:  # The thread must live on: it serves all that come after.
            _on_loop(run[0][0].done, _fail, [job for job, _ in run], error)
            return
        record = Run(began, time.perf_counter(), len(run))
        _on_loop(run[0][0].done, _deliver, run, results, record)


def _on_loop(future: asyncio.Future, call: Callable[..., None], *arguments: Any) -> None:
    try:
        future.get_loop().call_soon_threadsafe(call, *arguments)
    except RuntimeError:
        # The loop is closed: the worker is on its way out, and nobody waits any more.
        pass


def _deliver(run: list[tuple[Job, int]], results: np.ndarray, record: Run) -> None:
    for (job, index), row in zip(run, results):
        job.results[index] = row
        job.runs[index] = record
        job.left -= 1
        if job.left == 0 and not job.done.done():
            job.done.set_result(job)


def _fail(jobs: list[Job], error: Exception) -> None:
    for job in jobs:
        if not job.done.done():
            job.done.set_exception(error)
