"""Grouping into runs, against every grouping there is."""

import random
import unittest

from runs import RunLimits, arrival_runs, cheapest_runs


def groupings(items):
    """All partitions of a list into groups."""
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for partition in groupings(rest):
        yield [[first], *partition]
        for index, group in enumerate(partition):
            yield [*partition[:index], [first, *group], *partition[index + 1 :]]


def cost(runs, lengths, run_cost):
    return sum(run_cost + len(run) * max(lengths[index] for index in run) for run in runs)


def allowed(run, lengths, limits):
    longest = max(lengths[index] for index in run)
    return len(run) == 1 or (len(run) <= limits.texts and len(run) * longest <= limits.tokens)


class CheapestRuns(unittest.TestCase):
    def test_costs_no_more_than_the_best_of_all_groupings(self):
        chance = random.Random(7)
        for _ in range(60):
            lengths = [chance.randint(3, 60) for _ in range(chance.randint(1, 6))]
            limits = RunLimits(texts=chance.randint(1, 6), tokens=chance.choice([40, 90, 1000]), run_cost=chance.choice([0, 8, 40]))
            found = cheapest_runs(lengths, limits)
            least = min(
                cost(runs, lengths, limits.run_cost)
                for runs in groupings(list(range(len(lengths))))
                if all(allowed(run, lengths, limits) for run in runs)
            )
            self.assertEqual(cost(found, lengths, limits.run_cost), least, (lengths, limits, found))

    def test_holds_every_position_once_and_keeps_the_limits(self):
        chance = random.Random(8)
        lengths = [chance.randint(3, 90) for _ in range(300)]
        limits = RunLimits(texts=16, tokens=384, run_cost=40)
        found = cheapest_runs(lengths, limits)
        self.assertEqual(sorted(index for run in found for index in run), list(range(300)))
        self.assertTrue(all(allowed(run, lengths, limits) for run in found))

    def test_runs_a_text_longer_than_the_limit_alone(self):
        self.assertEqual(cheapest_runs([500, 10, 10], RunLimits(texts=8, tokens=384, run_cost=40)), [[1, 2], [0]])

    def test_pads_nothing_where_a_run_costs_nothing(self):
        found = cheapest_runs([5, 9, 5, 9], RunLimits(texts=8, tokens=384, run_cost=0))
        self.assertTrue(all(len({[5, 9, 5, 9][index] for index in run}) == 1 for run in found))

    def test_of_nothing_is_nothing(self):
        self.assertEqual(cheapest_runs([], RunLimits(texts=8, tokens=384, run_cost=40)), [])


class ArrivalRuns(unittest.TestCase):
    def test_keep_the_order(self):
        self.assertEqual(arrival_runs(5, 2), [[0, 1], [2, 3], [4]])
