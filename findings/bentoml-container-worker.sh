#!/usr/bin/env bash
# BentoML replaces a worker that has died, but not in a container: every image that it builds sets BENTOML_CONTAINERIZED, and with
# that variable the supervisor does not restart workers. The server stays up and ready with the workers that are left, so that
# Kubernetes sees nothing to restart: of two workers, one dead one leaves half of the capacity for good.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check bentoml==1.4.39
cat >"$folder/service.py" <<'PY'
import os
import bentoml

@bentoml.service(workers=2)
class Worker:
    @bentoml.api
    def pid(self) -> int:
        return os.getpid()
PY
cat >"$folder/client.py" <<'PY'
import importlib.metadata, os, signal, socket, subprocess, sys, time, urllib.request

LIMIT_SECONDS = 60


def workers(port, deadline, wanted):
    """Process ids that answer, each on a new connection, until there are as many as wanted or the time is over."""
    seen = {}
    while time.monotonic() < deadline:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/pid", data=b"{}",
                                         headers={"content-type": "application/json", "connection": "close"})
        try:
            pid = int(urllib.request.urlopen(request, timeout=5).read())
            seen[pid] = seen.get(pid, 0) + 1
        except OSError:
            time.sleep(0.2)
        if len(seen) >= wanted:
            break
    return set(seen)


def after_a_kill(containerized):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "BENTOML_DO_NOT_TRACK": "true"}
    environment.pop("BENTOML_CONTAINERIZED", None)
    if containerized:
        environment["BENTOML_CONTAINERIZED"] = "true"
    server = subprocess.Popen([sys.executable, "-m", "bentoml", "serve", "service:Worker", "--port", str(port)],
                              env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        before = workers(port, time.monotonic() + 120, 2)
        assert len(before) == 2, f"only {len(before)} of 2 workers answered within 120 s"
        os.kill(min(before), signal.SIGKILL)
        time.sleep(2)
        after = workers(port, time.monotonic() + LIMIT_SECONDS, 2)
        ready = urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).status
        return len(after), ready
    finally:
        server.terminate()
        server.wait()


plain, _ = after_a_kill(False)
contained, ready = after_a_kill(True)
print(f"bentoml {importlib.metadata.version('bentoml')}, Python {sys.version.split()[0]}: {LIMIT_SECONDS} s after one of two "
      f"workers was killed, {plain} answer; with BENTOML_CONTAINERIZED {contained}, and /readyz is {ready}")
sys.exit(0 if (plain, contained, ready) == (2, 1, 200) else 1)
PY
cd "$folder" && "$folder/venv/bin/python" client.py
