#!/bin/sh
# Starts a command again whenever it ends, as `docker run --restart=always` does: after 0.1 s, or after 1 s where it
# had not lived for 10 s. SIGTERM is passed on, and ends it.
#
#   supervise.sh <command...>
stopping=
trap 'stopping=1; [ -z "${child:-}" ] || kill -TERM "$child" 2>/dev/null' TERM INT
while [ -z "$stopping" ]; do
  began=$(date +%s)
  "$@" &
  child=$!
  # A signal that is caught ends the wait too early.
  while kill -0 "$child" 2>/dev/null; do wait "$child"; done
  [ -z "$stopping" ] || break
  echo "supervise: the command has ended and is started again" >&2
  if [ $(($(date +%s) - began)) -ge 10 ]; then sleep 0.1; else sleep 1; fi
done
