/**
 * Ctrl-C, SIGTERM, a closed terminal and the end of the npm that started the command, as one AbortSignal: current work
 * ends in order, and teardown runs. A second Ctrl-C only prints a message, because a half-done teardown is worse than a
 * wait.
 */
import { onParentExit } from "./parent-watch.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

let listening = 0;
let pending: string | undefined;

/** Interrupts whatever listens next, as soon as it does. */
export function interruptLater(why: string): void {
  pending = why;
}

/** Whether a listener is installed that ends the command in order. */
export function isInterruptible(): boolean {
  return listening > 0;
}

export function interruptSignal(say: (line: string) => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const onSignal = (name: string) => {
    say(
      controller.signal.aborted
        ? "Still tearing down; please wait."
        : `${name}: finishing cleanly and tearing down ...`,
    );
    controller.abort();
  };
  listening++;
  for (const name of signals) process.on(name, onSignal);
  const endWatch = onParentExit(() => onSignal("npm was ended"));
  if (pending !== undefined) onSignal(pending);
  return {
    signal: controller.signal,
    release() {
      listening--;
      for (const name of signals) process.off(name, onSignal);
      endWatch();
    },
  };
}
