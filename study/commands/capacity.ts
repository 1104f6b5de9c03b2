import { join } from "node:path";
import { schemaVersion } from "../../analysis/folder.ts";
import { TestbedError } from "../../errors.ts";
import { classifications } from "../../infra/services/sentiment/asked.ts";
import { isVariant, serviceSettings, variants } from "../../infra/variants/index.ts";
import { nameProblems } from "../../problems.ts";
import { checkOutput } from "../../whole-file.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { type CapacityFile, capacityFile, capacityText } from "../capacity-file.ts";
import type { CommandSpec } from "../cli.ts";
import { interruptSignal } from "../interrupt.ts";
import { knownNames } from "../known-names.ts";
import { deployed, onTarget } from "../on-target.ts";
import { print, printJson } from "../print.ts";
import { type Progress, terminalProgress } from "../progress.ts";
import { provenanceOf } from "../provenance.ts";
import { measureCapacity, type ServiceCapacity } from "../service-capacity.ts";
import { resultsRoot, runName, writeChecked } from "../store.ts";
import { payloadNamed } from "./arrival-options.ts";
import { deployChoice, deployOptions, jsonOption } from "./options.ts";
import { type SloQuestion, sloOptions, sloQuestion } from "./slo-options.ts";

type Measured = Pick<CapacityFile, "capacities" | "settings" | "provenance">;

export const capacityCommand: CommandSpec = {
  summary: "the highest rate that holds an SLO under open-loop load, with its interval, per cv",
  arguments: [{ name: "<variant>", description: "a variant, or the url of a service that is running" }],
  options: [
    ...sloOptions,
    ...deployOptions,
    { flags: "--payload <name>", description: "what the requests carry" },
    { flags: "--out <file>", description: "where the result goes; default results/capacity/<run>.json" },
    jsonOption,
  ],
  async run([service = ""], options) {
    const question = sloQuestion(options);
    const isUrl = /^https?:\/\//.test(service);
    const { target, model, problems: misplaced } = deployChoice(options);
    const problems = [...(isUrl ? [] : nameProblems("variant", service, knownNames.variants)), ...misplaced];
    if (problems.length > 0) throw new TestbedError("badInput", "there is no such service", { problems });
    const payload = await payloadNamed(options.payload).load();
    const load = { question, asked: classifications(payload.bodies()), progress: terminalProgress() };
    const started = new Date();
    const out = String(options.out ?? join(resultsRoot, "capacity", `${runName(started)}.json`));
    await checkOutput(out, "--out");
    const measured = isUrl
      ? await ofRunning(service, load)
      : await ofVariant(service, { target, model }, load);
    const file: CapacityFile = {
      schemaVersion,
      service,
      payload: { name: payload.name, digest: payload.digest },
      ...measured,
    };
    await writeChecked(out, capacityFile, file);
    if (options.json === true) printJson(file);
    else print(`${capacityText(file)}\n${out}`);
  },
};

interface Load {
  readonly question: SloQuestion;
  readonly asked: Asked;
  readonly progress: Progress;
}

async function ofVariant(
  variant: string,
  where: { readonly target: string; readonly model: string },
  load: Load,
): Promise<Measured> {
  return onTarget({ ...where, variants: [variant] }, load.progress, async (context) => ({
    capacities: await deployed(context, variant, ({ url }) => search(url, load, context.signal)),
    settings: isVariant(variant) ? serviceSettings(variants[variant]) : null,
    provenance: await provenanceOf(where.target, context),
  }));
}

async function ofRunning(url: string, load: Load): Promise<Measured> {
  const { signal, release } = interruptSignal(load.progress.say);
  try {
    const capacities = await search(url, load, signal);
    return { capacities, settings: null, provenance: await provenanceOf(url) };
  } catch (error) {
    throw signal.aborted ? new TestbedError("interrupted", "stopped", { cause: error }) : error;
  } finally {
    load.progress.end();
    release();
  }
}

async function search(
  url: string,
  { question, asked, progress }: Load,
  signal: AbortSignal,
): Promise<ServiceCapacity[]> {
  const found: ServiceCapacity[] = [];
  for (const cv of question.cvs) {
    const capacity = await measureCapacity({
      ...question,
      url,
      asked,
      cv,
      timeoutMs: Math.max(5_000, 4 * question.slo.responseMs),
      signal,
      progress: progress.live,
    });
    progress.say(capacity.sentence);
    found.push(capacity);
  }
  return found;
}
