/** Finds kept results of `testbed quality` for a study that reuses them. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { canonical } from "../../files/canonical-json.ts";

/**
 * The newest file in which something is found. A file that cannot be read, or is no such result, is passed over.
 *
 * @param find undefined where the result says nothing of what is asked
 */
export async function newestKept<File, Found>(
  root: string,
  schema: z.ZodType<File>,
  find: (file: File) => Found | undefined,
): Promise<{ readonly file: string; readonly agreement: Found } | undefined> {
  for (const name of (await readdir(root).catch(() => [])).sort().reverse()) {
    const file = join(root, name);
    const known = schema.safeParse(jsonOf(await readFile(file, "utf8").catch(() => ""))).data;
    const agreement = known === undefined ? undefined : find(known);
    if (agreement !== undefined) return { file, agreement };
  }
  return undefined;
}

/** As JSON, whatever the order of the keys. */
export function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
