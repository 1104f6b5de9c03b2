/** Each case is a process of its own: what is tried is its standard output and its exit code. */
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const loader = `${root}workloads/typescript/typescript-loader.js`;

/** @param last what the process does once its reader has gone */
async function afterItsReaderWent(last: string) {
  const program = `
    import { exitOnBrokenPipe } from "${root}study/terminal/broken-pipe.ts";
    import { interruptSignal } from "${root}study/terminal/interrupt.ts";
    exitOnBrokenPipe();
    console.log("begun");
    process.stdin.once("data", () => {
      process.stdin.destroy();
      console.log("to nobody");
      setTimeout(() => { ${last} }, 100);
    });`;
  const child = execa("node", ["--import", loader, "--input-type=module", "--eval", program], {
    reject: false,
    buffer: false,
  });
  await once(child.stdout!, "data");
  child.stdout!.destroy();
  child.stdin!.write("go on\n");
  return (await child).exitCode;
}

it("a verdict is the exit code whoever stopped reading: `compare A B | grep -q worse` does not end with 0", async () => {
  expect(await afterItsReaderWent("console.log('more'); process.exitCode = 7;")).toBe(7);
});

it("what would deploy after its reader has gone is interrupted before it does", async () => {
  const last = "process.exit(interruptSignal(() => {}).signal.aborted ? 130 : 0);";
  expect(await afterItsReaderWent(last)).toBe(130);
});
