/** The `testbed` command: parse, run, and turn any error into one message and a documented exit code. */
import { CommanderError } from "commander";
import { exitCodes } from "../errors/errors.ts";
import { buildProgram } from "./cli.ts";
import { exitOnBrokenPipe } from "./terminal/broken-pipe.ts";
import { printError } from "./terminal/print.ts";

/** Node's code for a top-level await that nothing is left to settle. */
const unsettledAwait = 13;

exitOnBrokenPipe();
let ended = false;
// Node ends without a word where what is waited for can never come.
process.on("exit", (code) => {
  if (ended || (code !== exitCodes.ok && code !== unsettledAwait)) return;
  process.stderr.write(
    "error: the command ended before its work was done: it waited for an event that can no longer happen\n",
  );
  process.exitCode = exitCodes.bug;
});
process.exitCode = await run(process.argv);
ended = true;

async function run(argv: readonly string[]): Promise<number> {
  try {
    await (await buildProgram(argv.slice(2))).parseAsync(argv);
    return typeof process.exitCode === "number" ? process.exitCode : exitCodes.ok;
  } catch (error) {
    // commander has printed its own message; help and version are not failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.badInput;
    return printError(error, process.stderr);
  }
}
