"""The bound: the classifier called in a loop, without a server, on the texts of standard input (JSON list).

    python bare.py --model-dir DIR --runtime onnx-int8 --graph all --processes 2 --threads 1 --seconds 3 --modes one,arrival-8,sorted-8

Every mode runs in turn, `--rounds` times, in processes that start together; each reports answers per second over all
processes, tokenising included, and the milliseconds of one run. The last line on stdout is JSON.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

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
    reports = [queue.get(timeout=arguments.rounds * len(arguments.modes) * (arguments.seconds + 5) + 120) for _ in workers]
    for worker in workers:
        worker.join()
    rounds = [
        {
            mode: {
                "perSecond": sum(report[number][mode]["perSecond"] for report in reports),
                "runMs": sum(report[number][mode]["runMs"] for report in reports) / len(reports),
            }
            for mode in arguments.modes
        }
        for number in range(arguments.rounds)
    ]
    print(json.dumps({"processes": arguments.processes, "threads": arguments.threads, "rounds": rounds}))


def _work(arguments: argparse.Namespace, texts: list[str], index: int, barrier: Any, queue: Any) -> None:
    from classifier import Classifier

    classifier = Classifier(Path(arguments.model_dir), arguments.runtime, arguments.threads, arguments.graph)
    mine = texts[index :: arguments.processes]
    random.Random(index).shuffle(mine)
    classifier.probabilities(mine[:16])
    report = []
    for _ in range(arguments.rounds):
        found: dict[str, dict[str, float]] = {}
        for mode in arguments.modes:
            groups = _groups(mode, mine, classifier)
            barrier.wait()
            found[mode] = _loop(groups, classifier, arguments.seconds)
        report.append(found)
    queue.put(report)


def _groups(mode: str, texts: list[str], classifier: Any) -> list[list[str]]:
    order, _, size = mode.partition("-")
    step = int(size or 1)
    if order == "sorted":
        texts = sorted(texts, key=lambda text: len(classifier.tokenise(text)))
    groups = [texts[start : start + step] for start in range(0, len(texts), step)]
    # Whatever is reached within the time is then a fair sample of all lengths.
    random.Random(0).shuffle(groups)
    return groups


def _loop(groups: list[list[str]], classifier: Any, seconds: float) -> dict[str, float]:
    began = time.perf_counter()
    texts = runs = 0
    while (elapsed := time.perf_counter() - began) < seconds:
        group = groups[runs % len(groups)]
        classifier.run([classifier.tokenise(text) for text in group])
        texts += len(group)
        runs += 1
    return {"perSecond": texts / elapsed, "runMs": 1000 * elapsed / runs}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model-dir", required=True)
    parser.add_argument("--runtime", required=True)
    parser.add_argument("--graph", default="all")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--modes", type=lambda raw: raw.split(","), default=["one", "arrival-8", "sorted-8"])
    return parser.parse_args()


if __name__ == "__main__":
    main()
