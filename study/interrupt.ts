/**
 * Ctrl-C and SIGTERM as one AbortSignal: whatever is under way ends in its own order, and teardown runs.
 * A second Ctrl-C changes nothing but says so: a half-done teardown is the one thing worth waiting for.
 */
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
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    release() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
