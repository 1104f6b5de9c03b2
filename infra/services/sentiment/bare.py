"""The bound: the classifier called in a loop, without a server, on the texts of standard input (a JSON list).

    python bare.py --model-dir DIR --runtime onnx-int8 --processes 2 --texts 256 --modes one,arrival-8,sorted-8,cheapest-384

Every process takes the same number of texts of its own, spread evenly over all lengths, and every mode runs all of
them once: alone, in batches by arrival or by length, or in the cheapest runs of so many tokens at most (runs.py).
Reports texts per second over all processes, CPU milliseconds a text, and the milliseconds of single runs; tokenising is
in all of them. The last line on stdout is JSON.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def main() -> None:
    arguments = _arguments()
    texts: list[str] = json.load(sys.stdin)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(arguments.processes)
    queue = context.Queue()
    workers = [
        context.Process(target=_work, args=(arguments, texts, index, barrier, queue), daemon=True)
        for index in range(arguments.processes)
    ]
    for worker in workers:
        worker.start()
    reports = [queue.get(timeout=900) for _ in workers]
    for worker in workers:
        worker.join()
    figures = {mode: _merged([report[mode] for report in reports]) for mode in arguments.modes}
    print(json.dumps({"processes": arguments.processes, "threads": arguments.threads, "modes": figures}))


def _work(arguments: argparse.Namespace, texts: list[str], index: int, barrier: Any, queue: Any) -> None:
    from classifier import Classifier

    classifier = Classifier(Path(arguments.model_dir), arguments.runtime, arguments.threads, arguments.graph)
    mine = _sample(texts, classifier, arguments.texts, index, arguments.processes)
    classifier.probabilities(mine[:16])
    report = {}
    for mode in arguments.modes:
        groups = _groups(mode, mine, classifier)
        barrier.wait()
        report[mode] = _pass(groups, classifier)
    queue.put(report)


def _sample(texts: list[str], classifier: Any, count: int, index: int, processes: int) -> list[str]:
    """Every k-th by length, so that the rare long texts take the part that they have of all; then in no order."""
    ordered = sorted(texts, key=lambda text: len(classifier.tokenise(text)))
    step = len(ordered) / count
    sample = [ordered[int((number + (index + 0.5) / processes) * step)] for number in range(count)]
    random.Random(index).shuffle(sample)
    return sample


def _groups(mode: str, texts: list[str], classifier: Any) -> list[list[str]]:
    from classifier import BARE_RUNS
    from runs import cheapest_runs

    lengths = [len(classifier.tokenise(text)) for text in texts]
    order, _, size = mode.partition("-")
    if order == "cheapest":
        limits = replace(BARE_RUNS, tokens=int(size))
        return [[texts[position] for position in run] for run in cheapest_runs(lengths, limits)]
    positions = sorted(range(len(texts)), key=lengths.__getitem__) if order == "sorted" else range(len(texts))
    ordered = [texts[position] for position in positions]
    step = int(size or 1)
    return [ordered[start : start + step] for start in range(0, len(ordered), step)]


def _pass(groups: list[list[str]], classifier: Any) -> dict[str, Any]:
    took = []
    began, busy = time.perf_counter(), time.process_time()
    for group in groups:
        start = time.perf_counter()
        classifier.run([classifier.tokenise(text) for text in group])
        took.append(time.perf_counter() - start)
    elapsed, busy = time.perf_counter() - began, time.process_time() - busy
    texts = sum(map(len, groups))
    return {"perSecond": texts / elapsed, "cpuMs": 1000 * busy / texts, "runsMs": [1000 * seconds for seconds in took]}


def _merged(reports: list[dict[str, Any]]) -> dict[str, float]:
    """Of processes that did the same amount of work at the same time."""
    runs = np.concatenate([report["runsMs"] for report in reports])
    return {
        "perSecond": sum(report["perSecond"] for report in reports),
        "cpuMs": sum(report["cpuMs"] for report in reports) / len(reports),
        "runMs": float(runs.mean()),
        "runP99Ms": float(np.quantile(runs, 0.99)),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model-dir", required=True)
    parser.add_argument("--runtime", required=True)
    parser.add_argument("--graph", default="all")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--texts", type=int, default=256, help="of each process and pass")
    parser.add_argument("--modes", type=lambda raw: raw.split(","), default=["one", "arrival-8", "sorted-8", "cheapest-384"])
    return parser.parse_args()


if __name__ == "__main__":
    main()
