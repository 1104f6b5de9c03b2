/** What a folder of the cache holds, written down beside it by whichever way filled it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Part } from "../provide/part.ts";

/** What a node needs to start. */
export interface K3s {
  readonly parts: readonly Part[];
  /** The multi-call binary. */
  readonly binary: string;
  /** Its folder, with `kubectl` and `ctr` beside it. */
  readonly tools: string;
  /** A tree laid over the node's root; null where the release brings everything. */
  readonly overlay: string | null;
  /** Archive of the pause image; null where the node pulls it. */
  readonly pauseArchive: string | null;
  readonly pauseImage: string | null;
}

const description = z.strictObject({
  parts: z.array(
    z.strictObject({
      part: z.string(),
      version: z.string(),
      origin: z.string(),
      path: z.string(),
      note: z.string(),
    }),
  ),
  binary: z.string(),
  overlay: z.boolean(),
  pauseImage: z.string().nullable(),
});

export async function described(directory: string): Promise<K3s> {
  const found = description.parse(JSON.parse(await readFile(join(directory, "k3s.json"), "utf8")));
  const tools = join(directory, "bin");
  return {
    parts: found.parts.map((part) => ({ ...part, path: join(directory, part.path) })),
    binary: join(tools, found.binary),
    tools,
    overlay: found.overlay ? join(directory, "overlay") : null,
    pauseArchive: found.pauseImage === null ? null : join(directory, "pause.tar"),
    pauseImage: found.pauseImage,
  };
}

export async function describe(directory: string, found: z.infer<typeof description>): Promise<void> {
  await writeFile(join(directory, "k3s.json"), JSON.stringify(found));
}
