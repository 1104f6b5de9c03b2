/** Puts back what this checkout's targets had been told before a test told them something else. */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { privateFolder } from "../../infra/workspace/paths.ts";

let times = 0;

/** @returns to be called when the test is over */
export async function keepSettings(): Promise<() => Promise<void>> {
  const folder = join(privateFolder, "settings");
  const kept = `${folder}.kept-${process.pid}-${times++}`;
  await cp(folder, kept, { recursive: true }).catch(() => undefined); // There were none.
  return async () => {
    await rm(folder, { recursive: true, force: true });
    await cp(kept, folder, { recursive: true }).catch(() => undefined);
    await rm(kept, { recursive: true, force: true });
  };
}
