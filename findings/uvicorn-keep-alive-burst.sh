#!/usr/bin/env bash
# A burst of new connections to `uvicorn --workers 2` is often accepted whole, or nearly so, by one of the two: asyncio
# accepts until the queue of the shared socket is empty. With keep-alive it stays so: the other worker has nothing to do for
# as long as the clients live.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check uvicorn==0.54.0
cat >"$folder/app.py" <<'PY'
import os

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"8")]})
    await send({"type": "http.response.body", "body": b"%8d" % os.getpid()})
PY
cat >"$folder/client.py" <<'PY'
import collections, http.client, socket, subprocess, sys, time
import uvicorn

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen(
    [sys.executable, "-m", "uvicorn", "app:app", "--workers", "2", "--port", str(port), "--log-level", "error"])


def asked(connection):
    connection.request("GET", "/")
    return int(connection.getresponse().read())


try:
    seen = set()
    for deadline in [time.monotonic() + 60]:
        while len(seen) < 2 and time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port)
                seen.add(asked(connection))
                connection.close()
            except OSError:
                time.sleep(0.1)
    assert len(seen) == 2, f"two workers were to answer, {len(seen)} did"
    shares = []
    for _ in range(30):
        connections = [http.client.HTTPConnection("127.0.0.1", port) for _ in range(16)]
        for connection in connections:
            connection.connect()
        # Three requests each over connections that stay: the owner of a connection does not change.
        owners = [[asked(connection) for _ in range(3)] for connection in connections]
        assert all(len(set(three)) == 1 for three in owners)
        shares.append(max(collections.Counter(three[0] for three in owners).values()))
        for connection in connections:
            connection.close()
        time.sleep(0.05)
finally:
    server.terminate()
    server.wait()
print(f"uvicorn {uvicorn.__version__}, Python {sys.version.split()[0]}: connections of 16 that the busier of two workers has, 30 bursts:")
print(" ", *sorted(shares))
lopsided = sum(share >= 13 for share in shares)
# A fair coin for each connection gives 13 or more of 16 to one side in 2 % of bursts.
print(f"  13 or more in {lopsided} of 30; by a fair coin for each, .6 are expected")
sys.exit(0 if lopsided >= 5 else "changed: bursts are spread evenly")
PY
cd "$folder" && venv/bin/python client.py
