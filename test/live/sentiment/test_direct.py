"""The endpoint of our own reads no more of a body than any question needs, whoever says how large it is."""

import asyncio
import unittest

from direct import LARGEST_BODY, TOO_LARGE, DirectEndpoint

CHUNK = b"x" * 65536


class Service:
    def __init__(self):
        self.asked = []

    async def answer(self, raw):
        self.asked.append(raw)
        return 200, b'{"results":[]}', None


class Exchange:
    """One request in pieces; counts what of it was read."""

    def __init__(self, pieces, declared=None, path="/classify", method="POST"):
        headers = [] if declared is None else [(b"content-length", declared)]
        self.scope = {"type": "http", "path": path, "method": method, "headers": headers}
        self._pieces = iter(pieces)
        self.read = 0
        self.sent = []

    async def receive(self):
        body, more = next(self._pieces)
        self.read += len(body)
        return {"type": "http.request", "body": body, "more_body": more}

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"]


def exchange(*args, **named):
    service, passed_on = Service(), []

    async def app(scope, receive, send):
        passed_on.append(scope["path"])

    one = Exchange(*args, **named)
    asyncio.run(DirectEndpoint(app, service)(one.scope, one.receive, one.send))
    return one, service, passed_on


def endless():
    while True:
        yield CHUNK, True


class Body(unittest.TestCase):
    def test_a_declared_length_beyond_the_limit_is_413_and_nothing_is_read(self):
        one, service, _ = exchange(endless(), declared=str(LARGEST_BODY + 1).encode())
        self.assertEqual((one.status, one.read, service.asked), (413, 0, []))
        self.assertEqual(one.sent[1]["body"], TOO_LARGE)
        self.assertIn((b"content-length", str(len(TOO_LARGE)).encode()), one.sent[0]["headers"])

    def test_a_body_without_end_and_without_a_length_is_413_within_one_piece_of_the_limit(self):
        one, service, _ = exchange(endless())
        self.assertEqual((one.status, service.asked), (413, []))
        self.assertTrue(LARGEST_BODY < one.read <= LARGEST_BODY + len(CHUNK))

    def test_a_length_that_lies_or_is_no_number_changes_nothing_of_that(self):
        for declared in (b"10", b"-1", b"1e99", b""):
            one, service, _ = exchange(endless(), declared=declared)
            self.assertEqual((one.status, service.asked), (413, []), declared)

    def test_exactly_the_limit_is_read_whole_and_put_together_in_order(self):
        last = b"y" * (LARGEST_BODY - len(CHUNK))
        one, service, _ = exchange([(CHUNK, True), (last, False)], declared=str(LARGEST_BODY).encode())
        self.assertEqual((one.status, service.asked), (200, [CHUNK + last]))

    def test_one_byte_more_is_413(self):
        one, service, _ = exchange([(b"x" * LARGEST_BODY, True), (b"x", False)])
        self.assertEqual((one.status, service.asked), (413, []))

    def test_what_is_no_question_is_passed_on_unread(self):
        for named in ({"path": "/healthz"}, {"method": "GET"}):
            one, service, passed_on = exchange(endless(), **named)
            self.assertEqual((one.read, service.asked, len(passed_on)), (0, [], 1))
