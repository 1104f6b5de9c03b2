#!/bin/sh
# Starts a command again whenever it ends, as `docker run --restart=always` does: after 0.1 s, or after 1 s where it
# had not lived for 10 s. A first start that ends so early, and not by a signal, has failed, and so does this.
# SIGTERM is passed on, and ends it.
#
#   supervise.sh <command...>
stopping= starts=0
trap 'stopping=1; [ -z "${child:-}" ] || kill -TERM "$child" 2>/dev/null' TERM INT
while [ -z "$stopping" ]; do
  began=$(date +%s)
  "$@" &
  child=$! code=0
  # A signal that is caught ends the wait too early.
  while kill -0 "$child" 2>/dev/null; do wait "$child" || code=$?; done
  lived=$(($(date +%s) - began)) starts=$((starts + 1))
  [ -z "$stopping" ] || break
  [ "$starts" -gt 1 ] || [ "$lived" -ge 10 ] || [ "$code" -gt 128 ] || exit "$code"
  echo "supervise: the command ended ($code) after $lived s and is started again" >&2
  if [ "$lived" -ge 10 ]; then sleep 0.1; else sleep 1; fi
done
