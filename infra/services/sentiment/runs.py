"""How texts are grouped into padded runs of the model.

A run of n texts takes about

    a + b * n * L        L: longest text of the run, in tokens;  a: what a run costs whatever is in it

so one more text in a run saves a and wastes b for every token of padding. What matters is the ratio a / b, the
`run_cost`: as many tokens as cost one more run. The law holds while a run's activations stay in the core's cache;
beyond, every token costs more, hence a limit on tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence


@dataclass(frozen=True)
class RunLimits:
    #: Texts in one run, at most.
    texts: int
    #: Tokens in one run, padding included, at most; one text may be longer and then runs alone.
    tokens: int
    #: Tokens that cost as much as one more run.
    run_cost: float


def cheapest_runs(lengths: Sequence[int], limits: RunLimits) -> list[list[int]]:
    """Positions grouped within the limits so that sum(run_cost + n * L) is least; each position exactly once.

    Sorted by length, some best grouping consists of neighbours, so a shortest path over the sorted texts finds it:
    best[j] = min over i of best[i] + run_cost + (j - i) * length[j - 1].
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    run_cost, most_texts, most_tokens = limits.run_cost, limits.texts, limits.tokens
    best = [0.0]
    starts = [0]
    for end in range(1, len(order) + 1):
        longest = lengths[order[end - 1]]
        least, start = best[end - 1] + run_cost + longest, end - 1
        for begin in range(end - 2, end - 1 - min(most_texts, most_tokens // longest), -1):
            if begin < 0:
                break
            cost = best[begin] + run_cost + (end - begin) * longest
            if cost < least:
                least, start = cost, begin
        best.append(least)
        starts.append(start)
    runs: list[list[int]] = []
    end = len(order)
    while end > 0:
        runs.append(order[starts[end] : end])
        end = starts[end]
    return runs[::-1]


def arrival_runs(count: int, most: int) -> list[list[int]]:
    """Positions in their order, cut into runs of at most `most`."""
    return [list(range(start, min(start + most, count))) for start in range(0, count, most)]
