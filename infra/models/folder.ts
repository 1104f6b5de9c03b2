/** A prepared model's folder: where it is, what it contains, and whether it is unchanged. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { corpusDigest } from "../../workloads/payloads/corpus.ts";
import type { Way } from "./model.ts";

const service = fileURLToPath(new URL("../services/sentiment/", import.meta.url));
export const script = join(service, "prepare.py");

/** With every step of the preparation, all that the content of a prepared folder depends on beside the way it came. */
const ingredients = [
  "prepare.py",
  "architectures.py",
  "tokenizer.py",
  "requirements.lock",
  "requirements-torch.lock",
  "requirements-minilm.lock",
] as const;

/** Name of the folder in the cache. */
export async function folderKey(name: string, way: Way): Promise<string> {
  const hash = createHash("sha256");
  const steps = (await readdir(join(service, "preparation"))).filter((file) => file.endsWith(".py")).sort();
  for (const file of [...ingredients, ...steps.map((step) => `preparation/${step}`)]) {
    hash.update(`${file}\n`).update(await readFile(join(service, file)));
  }
  hash.update(`${corpusDigest}\n${way.source}\n${way.version}\n`);
  return `model-${name}-${way.source.split(":")[0]}-${hash.digest("hex").slice(0, 16)}`;
}

/** Whether some form of it is in the cache: a guess at how long set-up will take, and no promise. */
export function wasPrepared(name: string, root: string): boolean {
  return existsSync(root) && readdirSync(root).some((entry) => isFolderOf(name, entry));
}

/** Folders are called model-NAME-SOURCE-DIGEST; see `folderKey`. */
function isFolderOf(name: string, entry: string): boolean {
  return (
    entry.startsWith(`model-${name}-`) && /^[a-z]+-[0-9a-f]{16}$/.test(entry.slice(`model-${name}-`.length))
  );
}

const card = z.object({
  format: z.literal(1),
  name: z.string(),
  synthetic: z.boolean(),
  licence: z.string(),
  labels: z.array(z.string()).min(2),
  accuracy: z.looseObject({ texts: z.int() }).nullable(),
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});
export type ModelCard = z.infer<typeof card>;

export async function readCard(directory: string): Promise<ModelCard> {
  return card.parse(JSON.parse(await readFile(join(directory, "model.json"), "utf8")));
}

/** Files that are missing or are not what the card says, in order of name. */
export async function damagedFiles(directory: string, { files }: ModelCard): Promise<readonly string[]> {
  const damaged: string[] = [];
  for (const [name, expected] of Object.entries(files)) {
    const hash = createHash("sha256");
    try {
      await pipeline(createReadStream(join(directory, name)), hash);
    } catch {
      damaged.push(name);
      continue;
    }
    if (hash.digest("hex") !== expected) damaged.push(name);
  }
  return damaged.sort();
}

/** One digest for all files: the same on every machine that holds the same ones. */
export function folderDigest({ files }: ModelCard): string {
  const lines = Object.entries(files).map(([name, digest]) => `${name} ${digest}\n`);
  return `sha256:${createHash("sha256").update(lines.sort().join("")).digest("hex")}`;
}
