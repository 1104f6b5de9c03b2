/**
 * Ctrl-C, SIGTERM and a closed terminal as one AbortSignal: whatever is under way ends in its own order, and teardown runs.
 * A second Ctrl-C changes nothing but says so: a half-done teardown is the one thing worth waiting for.
 */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function interruptSignal(say: (line: string) => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    say(
      controller.signal.aborted
        ? "Still tearing down; please wait."
        : `${name}: finishing cleanly and tearing down ...`,
    );
    controller.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release() {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
