import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Answers, agreementOf, qualityByDomain } from "../../analysis/quality/quality.ts";
import { schemaVersion } from "../../analysis/schema/results-folder.ts";
import { type Problem, TestbedError } from "../../errors/errors.ts";
import { checkOutput } from "../../files/whole-file.ts";
import { hasVariant, type Service, variantNames } from "../../infra/services/index.ts";
import type { RatedText } from "../../workloads/payloads/corpus.ts";
import { randomStream } from "../../workloads/random/random.ts";
import { deployChoice, deployOptions, jsonOption, numbers } from "../options/options.ts";
import { provenanceOf } from "../provenance/provenance.ts";
import { askAll } from "../quality/answers.ts";
import { compareAnswers } from "../quality/compare-answers.ts";
import { type QualityFile, qualityFile, qualityRoot, qualityText } from "../quality/quality-file.ts";
import { deployed, withTarget } from "../session/target-session.ts";
import { knownNamesOf, variantProblems } from "../spec/catalog.ts";
import { settingsOn } from "../spec/target-settings.ts";
import { runName, writeChecked } from "../store/store.ts";
import { print, printJson } from "../terminal/print.ts";
import { estimate, terminalProgress } from "../terminal/progress.ts";
import type { CommandSpec } from "./command.ts";

/** People's mean ratings within ± this value count as neutral; the models' heads were fitted by the same rule. */
const neutralRating = 0.5;

export const qualityCommand: CommandSpec = {
  arguments: [{ name: "[variants...]", description: "variants to compare; default all except the baseline" }],
  options: [
    ...deployOptions,
    {
      flags: "--baseline <variant>",
      description: "variant to compare with; default baseline, else the service's first variant",
    },
    { flags: "--texts <n>", description: "number of requests, as a seeded random sample; default all" },
    { flags: "--seed <n>", description: "seed of that sample; default 1" },
    { flags: "--out <file>", description: "output file; default results/quality/<run>.json" },
    jsonOption,
  ],
  async run([given], options) {
    const { service, target, model, problems } = await deployChoice(options);
    const baseline = String(options.baseline ?? baselineOf(service));
    const chosen = namesOf(service, given, baseline);
    const { texts: count, seed = 1 } = numbers({ texts: options.texts, seed: options.seed });
    if (service.own === undefined) {
      checkNames(service, { chosen, baseline, count, of: Number.POSITIVE_INFINITY, target }, problems);
      return compareAnswers({ service, target, baseline, chosen, count, seed, options });
    }
    const corpus = await service.own.rated();
    checkNames(service, { chosen, baseline, count, of: corpus.length, target }, problems);
    const asked = count === undefined ? corpus : drawn(corpus, count, seed);
    const progress = terminalProgress();
    const out = String(options.out ?? join(qualityRoot, `${runName(new Date())}.json`));
    await checkOutput(out, "--out");
    const file = await withTarget(
      { target, service, model, variants: [baseline, ...chosen] },
      progress,
      async (context) => {
        const all = [baseline, ...chosen];
        const answersOf = (variant: string, place: number) =>
          deployed(context, variant, ({ url }) => {
            const began = performance.now();
            return askAll(
              url,
              asked.map(({ text }) => text),
              context.signal,
              (done) => {
                const left = estimate(done, asked.length, performance.now() - began, 0);
                const which = `${variant} (${place} of ${all.length})`;
                progress.live(`${which}: ${done} of ${asked.length} texts  ${left} for it`);
              },
            );
          });
        const synthetic = context.model?.synthetic === true;
        const domainsOf = (answers: Answers) =>
          synthetic ? [] : qualityByDomain(answers, truthsOf(asked, answers));
        const reference = await answersOf(baseline, 1);
        const result: QualityFile = {
          schemaVersion,
          baseline: {
            variant: baseline,
            settings: settingsOn(target, service, baseline),
            domains: domainsOf(reference),
          },
          texts: {
            count: asked.length,
            of: corpus.length,
            seed: count === undefined ? null : seed,
            digest: digestOf(asked),
          },
          variants: [],
          noAccuracy: synthetic
            ? `the weights of ${model} are synthetic, so their labels cannot be compared with human labels`
            : "",
          provenance: await provenanceOf(target, context),
        };
        for (const [index, variant] of chosen.entries()) {
          const answers = await answersOf(variant, index + 2);
          const agreement = agreementOf(reference, answers, toleranceOf(service, variant));
          progress.say(`${variant}: ${agreement.agreed} of ${agreement.texts} labels as ${baseline}`);
          result.variants.push({
            variant,
            settings: settingsOn(target, service, variant),
            agreement,
            domains: domainsOf(answers),
          });
          // After each, so that a run that is stopped has told what it found.
          await writeChecked(out, qualityFile, result);
        }
        return result;
      },
    );
    if (options.json === true) printJson(file);
    else print(`${qualityText(file)}\n${out}`);
    failOutside(file);
  },
};

function baselineOf(service: Service): string {
  return hasVariant(service, "baseline") ? "baseline" : variantNames(service)[0]!;
}

function namesOf(service: Service, given: unknown, baseline: string): string[] {
  const names = Array.isArray(given) ? given.map(String) : [];
  return names.length > 0 ? names : variantNames(service).filter((name) => name !== baseline);
}

/** In the terms of classes and their probabilities. */
function toleranceOf({ spec }: Service, variant: string) {
  const { label, shift } = spec.variants[variant]?.agreement ?? spec.agreement ?? {};
  return { agreement: label?.least ?? 0, probabilityShift: shift?.most ?? 1 };
}

function checkNames(
  service: Service,
  asked: {
    readonly target: string;
    readonly chosen: readonly string[];
    readonly baseline: string;
    readonly count: number | undefined;
    readonly of: number;
  },
  misplaced: readonly Problem[],
): void {
  const { chosen, baseline, count, of, target } = asked;
  const known = knownNamesOf(service);
  const problems: Problem[] = [
    ...chosen.flatMap((name) => variantProblems("variant", name, known)),
    ...variantProblems("--baseline", baseline, known),
    ...misplaced,
    // Replicas and probes do not affect answers: variants that the target cannot run are named.
    ...[baseline, ...chosen].flatMap((name) => known.misplaced(name, target, name)),
  ];
  if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= of)) {
    problems.push({ path: "--texts", expected: `a whole number from 1 to ${of}`, got: String(count) });
  }
  if (problems.length > 0)
    throw new TestbedError("badInput", "the comparison request is not valid", { problems });
}

/** Without repetition, in the corpus's order. */
function drawn(corpus: readonly RatedText[], count: number, seed: number): RatedText[] {
  const random = randomStream(seed, "quality");
  const order = Array.from(corpus.keys());
  for (let at = 0; at < count; at++) {
    const other = at + random.index(order.length - at);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((index) => corpus[index]!);
}

/** What people said; texts that heads were fitted on are left out. */
function truthsOf(texts: readonly RatedText[], { labels }: Answers) {
  return texts.map(({ split, rating, domain }) => {
    const label = rating > neutralRating ? "positive" : rating < -neutralRating ? "negative" : "neutral";
    return { domain, label: split === "train" ? -1 : labels.indexOf(label) };
  });
}

function digestOf(texts: readonly RatedText[]): string {
  const hash = createHash("sha256");
  for (const { text } of texts) hash.update(`${text}\n`);
  return `sha256:${hash.digest("hex")}`;
}

function failOutside({ variants: rows }: QualityFile): void {
  const outside = rows.filter(({ agreement }) => !agreement.within);
  if (outside.length === 0) return;
  throw new TestbedError(
    "outsideTolerance",
    `${outside.length} of ${rows.length} variants answer too differently from the baseline`,
    {
      problems: outside.map(({ variant, agreement: { share, largestShift, tolerance } }) => ({
        path: variant,
        expected: `${100 * tolerance.agreement} % of the labels, shifts of at most ${tolerance.probabilityShift}`,
        got: `${(100 * share.value).toFixed(3)} %, up to ${largestShift.toFixed(4)}`,
      })),
      hint: "Their speed is not comparable. A variant's file declares its tolerance.",
    },
  );
}
