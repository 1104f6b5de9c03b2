/** The instructions of one load stack, for its program to read: a file, so that `pulumi up` by hand does the same. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { TestbedError } from "../../errors/errors.ts";
import { writeWhole } from "../../files/whole-file.ts";
import { privateFolder } from "./paths.ts";

const loadFile = z.strictObject({
  workers: z.int().min(1),
  deadlineSeconds: z.number().positive(),
  /** What the pods read, as JSON. */
  share: z.string(),
});
export type LoadFile = z.infer<typeof loadFile>;

export async function writeLoad(trial: string, content: LoadFile): Promise<void> {
  await writeWhole(pathOf(trial), JSON.stringify(content));
}

/** @throws TestbedError where the runner has not written it */
export async function readLoad(trial: string): Promise<LoadFile> {
  try {
    return loadFile.parse(JSON.parse(await readFile(pathOf(trial), "utf8")));
  } catch (cause) {
    throw new TestbedError("badInput", `trial ${trial} has no load file`, {
      cause,
      hint: "Only a study brings up load stacks: it writes their load file first.",
    });
  }
}

export async function removeLoad(trial: string): Promise<void> {
  await rm(pathOf(trial), { force: true });
}

function pathOf(trial: string): string {
  return join(privateFolder, "load", `${trial}.json`);
}
