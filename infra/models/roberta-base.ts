/**
 * The paper's model: RoBERTa-base for three-class sentiment, 124.6 M parameters. In order: a local folder that the user
 * names, a pinned checkpoint from the hub, and, where neither can be had, a random encoder of the same shape and
 * therefore the same speed and memory, called synthetic wherever it is named.
 *
 *   TESTBED_ROBERTA_DIR      a checkpoint in Hugging Face form (config.json, weights, vocabulary)
 *   TESTBED_ROBERTA_SHA256   the digest its weights must have; optional
 *   TESTBED_ROBERTA_SOURCE   `hub` or `synthetic`: this way and no other
 */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { z } from "zod";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { script } from "./folder.ts";
import type { Model, Way, WayContext } from "./model.ts";
import { robertaTokens } from "./roberta-tokens.ts";

const hub: Way = {
  source: "hub",
  // Of the checkpoint: prepare.py pins the same one and checks the weights' digest.
  version: "3216a57f2a0d9c45a2e6c20157c20c49fb4bf9c7",
  note: "the pinned checkpoint from the Hugging Face hub, checked by hash",
};

export const robertaBase: Model = {
  description: "RoBERTa-base sentiment (the paper's); synthetic weights if no checkpoint can be downloaded",
  tokensIn: robertaTokens,
  async ways(context) {
    const { environment } = context;
    const { TESTBED_ROBERTA_SOURCE: forced } = settings(environment);
    if (environment.TESTBED_ROBERTA_DIR) return [await localFolder(environment)];
    if (forced === "hub") return [hub];
    if (forced === "synthetic") return [synthetic("TESTBED_ROBERTA_SOURCE selects it")];
    // What was prepared before is taken before the hub is asked again.
    for (const way of [hub, synthetic("")]) if (await context.isCached(way)) return [way];
    const unreachable = await whyHubUnreachable(context);
    return unreachable === null
      ? [hub, synthetic("the hub answered, but its checkpoint could not be prepared")]
      : [synthetic(`no local folder was named and the hub cannot be reached (${unreachable})`)];
  },
};

function synthetic(why: string): Way {
  return {
    source: "synthetic",
    version: "1",
    note: `synthetic: a random encoder of RoBERTa-base's shape with a fitted head, because ${why}; speed and memory are real, answers are not`,
  };
}

const environmentSchema = z.object({ TESTBED_ROBERTA_SOURCE: z.enum(["hub", "synthetic"]).optional() });

function settings(environment: NodeJS.ProcessEnv): z.infer<typeof environmentSchema> {
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  throw new TestbedError("badInput", "the environment names an unknown source of roberta-base", {
    problems: [
      {
        path: "TESTBED_ROBERTA_SOURCE",
        expected: "hub or synthetic",
        got: String(environment.TESTBED_ROBERTA_SOURCE),
      },
    ],
  });
}

async function localFolder(environment: NodeJS.ProcessEnv): Promise<Way> {
  const folder = resolve(environment.TESTBED_ROBERTA_DIR!);
  const weights = ["model.safetensors", "pytorch_model.bin"].find((name) => existsSync(join(folder, name)));
  const problems: Problem[] = [];
  if (!existsSync(join(folder, "config.json"))) {
    problems.push({ path: "TESTBED_ROBERTA_DIR", expected: "a folder with config.json", got: folder });
  }
  if (weights === undefined) {
    problems.push({
      path: "TESTBED_ROBERTA_DIR",
      expected: "a folder with model.safetensors or pytorch_model.bin",
      got: folder,
    });
  } else {
    const expected = environment.TESTBED_ROBERTA_SHA256;
    const got = await sha256(join(folder, weights));
    if (expected === undefined || expected === got) {
      if (problems.length === 0) {
        return {
          source: `folder:${folder}`,
          version: got,
          note: `a local checkpoint, ${weights} sha256 ${got}`,
        };
      }
    } else problems.push({ path: `TESTBED_ROBERTA_DIR/${weights}`, expected: `sha256 ${expected}`, got });
  }
  throw new TestbedError("badInput", "TESTBED_ROBERTA_DIR is not a usable checkpoint", {
    problems,
    hint: "Unset TESTBED_ROBERTA_DIR to go without it.",
  });
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** Null where the hub answers within a few seconds. */
async function whyHubUnreachable({ python, progress }: WayContext): Promise<string | null> {
  progress("asking the hub for the pinned checkpoint");
  const asked = await execa(python, [script, "--hub-answers"], { reject: false, timeout: 20_000 });
  if (asked.exitCode === 0) return null;
  return asked.timedOut ? "no answer within 20 s" : asked.stdout.trim().split("\n").at(-1) || "no answer";
}
