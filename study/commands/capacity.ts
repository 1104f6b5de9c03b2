import { join } from "node:path";
import { schemaVersion } from "../../analysis/schema/results-folder.ts";
import { TestbedError } from "../../errors/errors.ts";
import { checkOutput } from "../../files/whole-file.ts";
import type { Service } from "../../infra/services/index.ts";
import { atPath } from "../../infra/targets/external/url.ts";
import { withoutCredentials } from "../../workloads/ask/address.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { defaultLeastProbes } from "../capacity/capacity.ts";
import { type CapacityFile, capacityFile, capacityText } from "../capacity/capacity-file.ts";
import { measureCapacity, type ServiceCapacity } from "../capacity/service-capacity.ts";
import { askedBy, askOptions, refuseBesideService } from "../options/ask-options.ts";
import { deployChoice, deployOptions, jsonOption } from "../options/options.ts";
import { type SloQuestion, sloOptions, sloQuestion } from "../options/slo-options.ts";
import { provenanceOf } from "../provenance/provenance.ts";
import { deployed, type TargetChoice, withTarget } from "../session/target-session.ts";
import { openAsked } from "../spec/asked.ts";
import { knownNamesOf, variantProblems } from "../spec/catalog.ts";
import { settingsOn } from "../spec/target-settings.ts";
import { resultsRoot, runName, writeChecked } from "../store/store.ts";
import { interruptSignal } from "../terminal/interrupt.ts";
import { print, printJson } from "../terminal/print.ts";
import { duration, type Progress, terminalProgress } from "../terminal/progress.ts";
import { type FirstRequest, firstAnswer } from "../trial/first-answer.ts";
import type { CommandSpec } from "./command.ts";

/** Seconds: the warm-up and the rest of a probe, and the requests one at a time and the closed loop before the first. */
const betweenProbes = 2;
const aroundSearch = 12;

type Measured = Pick<CapacityFile, "capacities" | "settings" | "provenance">;

export const capacityCommand: CommandSpec = {
  arguments: [
    {
      name: "<variant>",
      description:
        "a variant, or the URL of a running service (without --service, --judge says which answers are right; default every 2xx)",
    },
  ],
  options: [
    ...sloOptions,
    ...deployOptions,
    ...askOptions,
    { flags: "--payload <name>", description: "the texts in the requests" },
    { flags: "--out <file>", description: "output file; default results/capacity/<run>.json" },
    jsonOption,
  ],
  async run([given = ""], options) {
    const question = sloQuestion(options);
    const isUrl = /^https?:\/\//.test(given);
    if (!isUrl || options.service !== undefined) {
      refuseBesideService(options, options.service === undefined ? "a variant" : "--service");
    }
    const { service, target, model, problems: misplaced } = await deployChoice(options);
    const known = knownNamesOf(service);
    const problems = [
      ...(isUrl ? [] : variantProblems("variant", given, known)),
      ...misplaced,
      ...(isUrl ? [] : known.misplaced("variant", target, given)),
    ];
    if (problems.length > 0) throw new TestbedError("badInput", "there is no such service", { problems });
    // A url alone is asked as `load` asks it; one beside --service as that says.
    const byOptions = isUrl && options.service === undefined ? await askedBy(options) : undefined;
    const { payload, asked } = byOptions
      ? { payload: byOptions.payload, asked: byOptions }
      : await ofService(service, options.payload as string | undefined);
    const load = { question, asked, progress: terminalProgress() };
    load.progress.say(budgetText(question));
    const started = new Date();
    const out = String(options.out ?? join(resultsRoot, "capacity", `${runName(started)}.json`));
    await checkOutput(out, "--out");
    const measured = isUrl
      ? await ofRunning(byOptions ? given : atPath(given, service.spec.ask.path), load)
      : await ofVariant(given, { target, service, model }, load);
    const file: CapacityFile = {
      schemaVersion,
      service: withoutCredentials(given),
      payload,
      ...measured,
    };
    await writeChecked(out, capacityFile, file);
    if (options.json === true) printJson(file);
    else print(`${capacityText(file)}\n${out}`);
  },
};

async function ofService(service: Service, name: string | undefined) {
  const { asked, ...payload } = await openAsked(service, name);
  return { asked, payload: { name: payload.name, digest: payload.digest } };
}

/** Before the first request: what the search may cost. */
function budgetText({ cvs, seconds, mostSeconds, mostProbes }: SloQuestion): string {
  const time = (probes: number) =>
    duration(1000 * cvs.length * (probes * (seconds + betweenProbes) + aroundSearch));
  const [least, most] = [time(Math.min(defaultLeastProbes, mostProbes)), time(mostProbes)];
  return (
    `${cvs.length > 1 ? `${cvs.length} searches of ` : ""}at most ${mostProbes} probes: ${least === most ? `about ${most}` : `${least} to ${most}`} at ${seconds} s each; ` +
    `near overload and at low rates a probe takes longer, up to ${mostSeconds} s`
  );
}

interface Load {
  readonly question: SloQuestion;
  readonly asked: Asked;
  readonly progress: Progress;
}

async function ofVariant(
  variant: string,
  where: Pick<TargetChoice, "target" | "service" | "model">,
  load: Load,
): Promise<Measured> {
  const choice = { ...where, asked: load.asked, variants: [variant] };
  return withTarget(choice, load.progress, async (context) => ({
    capacities: await deployed(context, variant, (endpoint) =>
      search({ name: variant, endpoint }, load, context.signal),
    ),
    settings: settingsOn(where.target, where.service, variant),
    provenance: await provenanceOf(where.target, context),
  }));
}

async function ofRunning(url: string, load: Load): Promise<Measured> {
  const { signal, release } = interruptSignal(load.progress.say);
  try {
    const capacities = await search(
      { name: url, endpoint: { url, logFile: "where the service runs, if anywhere" } },
      load,
      signal,
    );
    return { capacities, settings: null, provenance: await provenanceOf(withoutCredentials(url)) };
  } catch (error) {
    throw signal.aborted ? new TestbedError("interrupted", "stopped", { cause: error }) : error;
  } finally {
    load.progress.end();
    release();
  }
}

async function search(
  { name, endpoint }: Pick<FirstRequest, "name" | "endpoint">,
  { question, asked, progress }: Load,
  signal: AbortSignal,
): Promise<ServiceCapacity[]> {
  const { url } = endpoint;
  const timeoutMs = Math.max(5_000, 4 * question.slo.responseMs);
  const note = await firstAnswer({ name, endpoint, asked, timeoutMs, signal });
  if (note !== "") progress.say(`note: ${note}`);
  const found: ServiceCapacity[] = [];
  for (const cv of question.cvs) {
    const capacity = await measureCapacity({
      ...question,
      url,
      asked,
      cv,
      timeoutMs,
      signal,
      progress: progress.live,
    });
    progress.say(capacity.sentence);
    found.push(capacity);
  }
  return found;
}
