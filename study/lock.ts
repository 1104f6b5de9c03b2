/** Two runs in one checkout would deploy over each other: the second is told who is there. */
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { TestbedError } from "../errors.ts";
import { privateFolder } from "../infra/places.ts";
import { writeWhole } from "../whole-file.ts";

export async function lockCheckout(): Promise<() => Promise<void>> {
  const path = join(privateFolder, "run");
  await writeWhole(path, `${process.pid}\n`);
  return lock(path, { stale: 20_000, update: 5_000 }).catch((cause: unknown) => {
    throw new TestbedError("runFailed", "another run is under way in this workspace", {
      cause,
      hint: "Wait for it, or stop it with Ctrl-C where it runs. After a crash the lock frees itself in 20 s.",
    });
  });
}
