#!/bin/sh
# The engine in a session of its own. A terminal's Ctrl-C reaches every process of its group, and `testbed` tells the
# engine too: the second interrupt would make it drop what it is doing instead of ending it in order.
# The same process goes on as the engine: what it starts ends when it is gone.
export TESTBED_ENGINE_PID=$$
if command -v setsid >/dev/null; then exec setsid "$TESTBED_ENGINE" "$@"; fi
exec "$TESTBED_ENGINE" "$@"
