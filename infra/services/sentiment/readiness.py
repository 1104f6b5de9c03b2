"""When the service is ready, and which worker answered.

Workers share one socket, so a probe reaches only one of them. Each worker that has answered its probe texts therefore
leaves a file in a folder of this server; ready means that all of them have, once. A worker that dies later is
replaced by the supervisor and shows in the body of /ready, but does not take the whole service out of rotation.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

_FOLDER = "TESTBED_READY_DIR"


class Readiness:
    def __init__(self, workers: int):
        self._workers = workers
        self._complete = False
        inherited = os.environ.get(_FOLDER)
        # The supervisor imports the service first; its workers inherit the folder.
        if inherited is None or not Path(inherited).is_dir():
            inherited = os.environ[_FOLDER] = tempfile.mkdtemp(prefix="testbed-ready-")
            owner = os.getpid()
            atexit.register(lambda: os.getpid() == owner and shutil.rmtree(inherited, ignore_errors=True))
        self.folder = Path(inherited)

    def worker_answered(self) -> None:
        # The count of open connections goes in here; see even_accepts.py.
        (self.folder / str(os.getpid())).write_text("0")

    def state(self) -> dict[str, Any]:
        living = 0
        for file in self.folder.iterdir():
            if file.name.isdigit():
                if alive(int(file.name)):
                    living += 1
                else:
                    file.unlink(missing_ok=True)
        if living >= self._workers and not self._complete:
            self._complete = True
            (self.folder / "complete").touch()
        complete = self._complete or (self.folder / "complete").exists()
        own = (self.folder / str(os.getpid())).exists()
        return {"ready": complete and own, "workers": living, "expected": self._workers}


class ReadyEndpoint:
    """ASGI middleware: answers GET /ready, and names the answering worker in every response's headers."""

    def __init__(self, app: Any, readiness: Readiness):
        self._app = app
        self._readiness = readiness
        self._header = (b"x-testbed-worker", str(os.getpid()).encode())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_named(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), self._header]
            await send(message)

        if scope["path"] == "/ready" and scope["method"] in ("GET", "HEAD"):
            return await self._answer(send_named)
        await self._app(scope, receive, send_named)

    async def _answer(self, send: Any) -> None:
        state = self._readiness.state()
        body = json.dumps(state).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200 if state["ready"] else 503, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
