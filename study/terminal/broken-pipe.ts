/**
 * Handles output that cannot be written. A full device is reported. A reader may be gone: `| head` has read enough,
 * Ctrl-C ended `| tee` together with the command, or the terminal was closed. Then no one can be told, but running
 * stacks must come down: where a listener for interruptions is installed, this counts as one.
 */
import { writeSync } from "node:fs";
import { exitCodes } from "../../errors/errors.ts";
import { isInterruptible } from "./interrupt.ts";

const readerGone: readonly (string | undefined)[] = ["EPIPE", "EIO", "ERR_STREAM_DESTROYED"];

export function exitOnBrokenPipe(): void {
  let ending = false;
  const onError = (error: NodeJS.ErrnoException) => {
    if (ending) return;
    ending = true;
    const isGone = readerGone.includes(error.code);
    if (!isGone) tell(error);
    if (!isInterruptible()) process.exit(isGone ? exitCodes.ok : exitCodes.runFailed);
    process.emit("SIGTERM", "SIGTERM");
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
