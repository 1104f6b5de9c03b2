/**
 * A reader that goes away: `| head` has seen enough, Ctrl-C ended `| tee` along with us, the terminal was closed. Nobody is
 * left to tell, but what is up must come down: where somebody listens for an interruption, this is one.
 */
import { exitCodes } from "../errors.ts";

const readerGone: readonly (string | undefined)[] = ["EPIPE", "EIO", "ERR_STREAM_DESTROYED"];

export function endWithTheReader(): void {
  let ending = false;
  const onError = (error: NodeJS.ErrnoException) => {
    if (!readerGone.includes(error.code)) throw error;
    if (ending) return;
    ending = true;
    if (process.listenerCount("SIGTERM") === 0) process.exit(exitCodes.ok);
    process.emit("SIGTERM", "SIGTERM");
  };
  process.stdout.on("error", onError);
  process.stderr.on("error", onError);
}
