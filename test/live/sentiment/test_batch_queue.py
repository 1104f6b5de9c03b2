"""The worker's own queue, with a model that runs when the test says so."""

import asyncio
import os
import threading
import time
import unittest

from batch_queue import BatchQueue, Overdue
from runs import RunLimits

LIMITS = RunLimits(texts=4, tokens=384, run_cost=40)
SOON = 5


class Model:
    """Holds every run until it is let go; answers a row with its length."""

    def __init__(self):
        self.began = []
        self._gate = threading.Semaphore(0)
        self._started = threading.Semaphore(0)
        self.error = None

    def run(self, rows):
        self.began.append([len(row) for row in rows])
        self._started.release()
        if not self._gate.acquire(timeout=SOON):
            raise TimeoutError("the test let no run go")
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return [len(row) for row in rows]

    async def started(self, runs=1):
        for _ in range(runs):
            self.assert_in_time(await asyncio.to_thread(self._started.acquire, timeout=SOON))

    def let_go(self, runs=1):
        self._gate.release(runs)

    @staticmethod
    def assert_in_time(happened):
        if not happened:
            raise AssertionError("no run began")


def row(length):
    return [1] * length


class Queue(unittest.IsolatedAsyncioTestCase):
    def open(self, streams=1, by_length=True, most_wait_seconds=60.0):
        model = Model()
        queue = BatchQueue(
            model.run, streams=streams, limits=LIMITS, by_length=by_length, most_wait_seconds=most_wait_seconds
        )
        queue.start()
        return model, queue

    async def test_runs_a_lone_text_at_once_and_alone(self):
        model, queue = self.open()
        done = queue.submit([row(7)])
        await model.started()
        model.let_go()
        self.assertEqual((await done).results, [7])
        self.assertEqual(model.began, [[7]])

    async def test_runs_what_waited_meanwhile_together_with_the_oldest_and_like_it(self):
        model, queue = self.open()
        first = queue.submit([row(7)])
        await model.started()
        others = [queue.submit([row(length)]) for length in (10, 160, 11, 150, 12)]
        model.let_go(3)
        jobs = await asyncio.wait_for(asyncio.gather(first, *others), SOON)
        self.assertEqual([job.results for job in jobs], [[7], [10], [160], [11], [150], [12]])
        self.assertEqual([sorted(run) for run in model.began[:2]], [[7], [10, 11, 12]])

    async def test_in_order_of_arrival_takes_the_next_whatever_their_length(self):
        model, queue = self.open(by_length=False)
        first = queue.submit([row(7)])
        await model.started()
        others = [queue.submit([row(length)]) for length in (10, 90, 11, 80, 12)]
        model.let_go(3)
        await asyncio.wait_for(asyncio.gather(first, *others), SOON)
        self.assertEqual(model.began, [[7], [10, 90, 11, 80], [12]])

    async def test_the_oldest_is_in_the_next_run_however_unlike_the_others_it_is(self):
        model, queue = self.open()
        first = queue.submit([row(7)])
        await model.started()
        odd = queue.submit([row(300)])
        others = [queue.submit([row(8)]) for _ in range(8)]
        model.let_go(2)
        await asyncio.wait_for(odd, SOON)
        self.assertEqual(model.began[1], [300])
        model.let_go(2)
        await asyncio.wait_for(asyncio.gather(first, *others), SOON)

    async def test_leaves_each_other_stream_its_share(self):
        model, queue = self.open(streams=2)
        first = queue.submit([row(7), row(7)])
        await model.started(2)
        others = queue.submit([row(9)] * 4)
        model.let_go(6)
        await asyncio.wait_for(asyncio.gather(first, others), SOON)
        self.assertEqual([len(run) for run in model.began], [1, 1, 2, 1, 1])

    async def test_with_cores_keeps_each_stream_on_its_own(self):
        cores = sorted(os.sched_getaffinity(0))
        seen = []

        def run(rows):
            seen.append(os.sched_getaffinity(0))
            time.sleep(0.01)  # So that the other stream takes the other text.
            return [len(row) for row in rows]

        queue = BatchQueue(run, streams=2, limits=LIMITS, by_length=True, most_wait_seconds=60, cores=cores)
        queue.start()
        await asyncio.wait_for(queue.submit([row(7), row(7)]), SOON)
        self.assertTrue(all(len(affinity) == 1 for affinity in seen), seen)
        self.assertEqual(os.sched_getaffinity(0), set(cores))

    async def test_puts_the_answers_of_many_texts_in_their_order(self):
        model, queue = self.open()
        done = queue.submit([row(length) for length in (60, 5, 61, 6, 62, 7)])
        model.let_go(6)
        self.assertEqual((await asyncio.wait_for(done, SOON)).results, [60, 5, 61, 6, 62, 7])

    async def test_a_run_that_fails_fails_its_own_requests_and_no_later_one(self):
        model, queue = self.open()
        model.error = ValueError("the model broke")
        broken = queue.submit([row(7)])
        model.let_go()
        with self.assertRaisesRegex(ValueError, "the model broke"):
            await asyncio.wait_for(broken, SOON)
        model.let_go()
        self.assertEqual((await asyncio.wait_for(queue.submit([row(8)]), SOON)).results, [8])

    async def test_sheds_what_waited_longer_than_allowed_without_running_it(self):
        model, queue = self.open(most_wait_seconds=0.02)
        first = queue.submit([row(7)])
        await model.started()
        late = queue.submit([row(8)])
        await asyncio.sleep(0.05)
        model.let_go()
        await first
        with self.assertRaises(Overdue):
            await asyncio.wait_for(late, SOON)
        self.assertEqual(model.began, [[7]])

    async def test_does_not_run_what_nobody_waits_for_any_more(self):
        model, queue = self.open()
        first = queue.submit([row(7)])
        await model.started()
        queue.submit([row(8)]).cancel()
        kept = queue.submit([row(9)])
        model.let_go(2)
        await asyncio.wait_for(asyncio.gather(first, kept), SOON)
        self.assertEqual(model.began, [[7], [9]])
