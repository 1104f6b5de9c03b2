/**
 * Handles output that cannot be written. A full device is reported. A reader may be gone: `| head` has read enough,
 * Ctrl-C ended `| tee` together with the command, or the terminal was closed. Then no one can be told, but running
 * stacks must come down: where a listener for interruptions is installed, or will be, this counts as one. A command without
 * such a listener continues without output, because its exit code may be a verdict: `compare A B | grep -q worse` must not
 * end with 0 if B is worse.
 */
import { writeSync } from "node:fs";
import { exitCodes } from "../../errors/errors.ts";
import { interruptLater, isInterruptible } from "./interrupt.ts";

const readerGone: readonly (string | undefined)[] = ["EPIPE", "EIO", "ERR_STREAM_DESTROYED"];

export function exitOnBrokenPipe(): void {
  let ending = false;
  const onError = (error: NodeJS.ErrnoException) => {
    if (ending) return;
    ending = true;
    const isGone = readerGone.includes(error.code);
    if (!isGone) tell(error);
    if (isInterruptible()) process.emit("SIGTERM", "SIGTERM");
    else if (isGone) interruptLater("the reader of the output has gone");
    else process.exit(exitCodes.runFailed);
  };
  process.stdout.on("error", onError);
  process.stderr.on("error", onError);
}

/** To standard error, if that is not what cannot be written. */
function tell(error: NodeJS.ErrnoException): void {
  try {
    writeSync(2, `error: the output cannot be written: ${error.code ?? error.message}\n`);
  } catch {
    // Nobody is left to tell.
  }
}
