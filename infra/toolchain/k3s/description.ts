/** The description of a cache folder, written beside it by the code that filled it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Part } from "../provide/part.ts";
import type { Overlay } from "./overlay.ts";

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
  /** Whether the node needs one (overlay.ts). */
  overlay: z.boolean(),
  pauseImage: z.string().nullable(),
});

/** @param overlayOf called where there is to be one; null where it is not there @returns null where it is not */
export async function described(
  directory: string,
  overlayOf: () => Promise<Overlay | null>,
): Promise<K3s | null> {
  const found = description.parse(JSON.parse(await readFile(join(directory, "k3s.json"), "utf8")));
  const overlay = found.overlay ? await overlayOf() : undefined;
  if (overlay === null) return null;
  const tools = join(directory, "bin");
  return {
    parts: [
      ...found.parts
        // An older build had an overlay of its own.
        .filter(({ path }) => path !== "overlay")
        .map((part) => ({ ...part, path: join(directory, part.path) })),
      ...(overlay?.parts ?? []),
    ],
    binary: join(tools, found.binary),
    tools,
    overlay: overlay?.path ?? null,
    pauseArchive: found.pauseImage === null ? null : join(directory, "pause.tar"),
    pauseImage: found.pauseImage,
  };
}

export async function describe(directory: string, found: z.infer<typeof description>): Promise<void> {
  await writeFile(join(directory, "k3s.json"), JSON.stringify(found));
}
