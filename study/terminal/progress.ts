/**
 * The progress of a run: on a terminal one live line below the log, elsewhere plain lines. It all goes to stderr, so
 * that stdout is free for results and `--json`.
 */
import pc from "picocolors";
import { plainText } from "./print.ts";

export interface Progress {
  /** A line that stays. */
  say(line: string): void;
  /** The line that is overwritten; on a pipe, printed at most every ten seconds. */
  live(line: string): void;
  end(): void;
}

const pipeIntervalMs = 10_000;

export function terminalProgress(
  stream: NodeJS.WriteStream = process.stderr,
  environment: NodeJS.ProcessEnv = process.env,
): Progress {
  // Some terminals know no codes, and say so.
  const overwrites = stream.isTTY === true && environment.TERM !== "dumb";
  let shown = "";
  let lastPlain = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (shown !== "") stream.write("\r\u001b[K");
    shown = "";
  };
  return {
    say(line) {
      clear();
      stream.write(`${plainText(line)}\n`);
    },
    live(line) {
      if (overwrites) {
        shown = plainText(line).slice(0, Math.max(20, (stream.columns ?? 80) - 1));
        stream.write(`\r\u001b[K${pc.dim(shown)}`);
      } else if (performance.now() - lastPlain > pipeIntervalMs) {
        lastPlain = performance.now();
        stream.write(`${plainText(line)}\n`);
      }
    },
    end: clear,
  };
}

/** Time left, from the mean of what is done; silent until something is. */
export function estimate(done: number, total: number, elapsedMs: number, plannedMs: number): string {
  const leftMs = done === 0 ? plannedMs : (elapsedMs / done) * (total - done);
  return `about ${duration(leftMs)} left`;
}

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
