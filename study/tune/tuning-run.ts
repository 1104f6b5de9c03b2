/** A tuning from its first look, or from the point where it was stopped, to the winner's variant file. */
import { schemaVersion } from "../../analysis/schema/results-folder.ts";
import { sum } from "../../analysis/statistics/moments.ts";
import { TestbedError } from "../../errors/errors.ts";
import type { VariantSpec } from "../../infra/services/definition/service.ts";
import { defaultService, loadService, withChoices } from "../../infra/services/index.ts";
import { keptPath, keptVariant } from "../../infra/services/workspace-variants.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { measureCapacity } from "../capacity/service-capacity.ts";
import { provenanceOf } from "../provenance/provenance.ts";
import { deployed, type TargetSession, withTarget } from "../session/target-session.ts";
import { openAsked } from "../spec/asked.ts";
import { writeChecked } from "../store/store.ts";
import { estimate, type Progress } from "../terminal/progress.ts";
import { firstAnswer } from "../trial/first-answer.ts";
import { plannedLooks, type Tuned, tune } from "./tune.ts";
import type { TuneFile, Tuning } from "./tuning.ts";

/** Probes of each look: half of the field goes on to the next. */
const rounds = [4, 8, 16];
/** Of a look, beside its probes, in probes: the deployment, one request at a time, the closed loop. */
const lookOverhead = 2;

export interface TuningResult {
  readonly content: TuneFile;
  readonly file: string;
  /** Path of the winner as a variant. */
  readonly variant: string;
}

/** @throws TestbedError (interrupted) after Ctrl-C, with how to go on; (runFailed) where nothing holds the SLO */
export async function runTuning(tuning: Tuning, progress: Progress): Promise<TuningResult> {
  const { question, candidates, path } = tuning;
  const { base, target, model, name } = question;
  progress.say(`${candidates.length} candidates, ${rounds.length} rounds; looks are kept in ${path}`);
  if (tuning.looks.length > 0) progress.say(`looks done already: ${tuning.looks.length}`);
  const plain = await loadService(question.service ?? defaultService);
  const service = withChoices(
    plain,
    Object.fromEntries(candidates.map(({ name, choice }) => [name, choice])),
  );
  const payload = await openAsked(service, question.payload);
  try {
    const { tuned, provenance } = await withTarget(
      { target, service, model, asked: payload.asked, variants: [base] },
      progress,
      async (context) => ({
        tuned: await searched(tuning, context, payload.asked, progress),
        provenance: await provenanceOf(target, context),
      }),
    );
    if (tuned === undefined) {
      throw new TestbedError("runFailed", "no candidate holds the SLO at any rate", {
        hint: "Set a wider limit (--slo-p99-ms), or search another space.",
      });
    }
    const { winner, tied } = tuned;
    const { choice } = candidates.find((candidate) => candidate.name === winner.candidate)!;
    const content: TuneFile = {
      schemaVersion,
      question,
      rounds,
      looks: [...tuning.looks],
      winner: { candidate: winner.candidate, choice },
      tied: [...tied],
      provenance,
    };
    const evidence = await tuning.finish(content);
    const description = `${choice.description ?? ""} (from ${base})`;
    const path = keptPath(service.spec.name, name);
    await writeChecked(path, keptVariant, { choice: { ...choice, description } as VariantSpec, evidence });
    return { content, file: evidence.file, variant: path };
  } catch (cause) {
    if (!(cause instanceof TestbedError && cause.kind === "interrupted") || tuning.looks.length === 0)
      throw cause;
    throw new TestbedError(
      "interrupted",
      `stopped after look ${tuning.looks.length}; every deployment is down`,
      {
        cause,
        hint: `Continue with: npx testbed tune --resume ${path}`,
      },
    );
  }
}

async function searched(
  { question, candidates, looks, keep }: Tuning,
  context: TargetSession,
  asked: Asked,
  progress: Progress,
): Promise<Tuned | undefined> {
  const planned = plannedLooks(candidates.length, rounds).map((probes) => probes + lookOverhead);
  const before = looks.length;
  const started = performance.now();
  return tune({
    candidates: candidates.map(({ name }) => name),
    rounds,
    seed: question.seed,
    async look(candidate, mostProbes, round) {
      const kept = looks.find((one) => one.candidate === candidate && one.round === round);
      if (kept !== undefined) return kept.capacity;
      const timeoutMs = Math.max(5_000, 4 * question.slo.responseMs);
      const { signal } = context;
      const capacity = await deployed(context, candidate, async (endpoint) => {
        await firstAnswer({ name: candidate, endpoint, asked, timeoutMs, signal });
        const { url } = endpoint;
        return measureCapacity({
          ...question,
          url,
          asked,
          mostProbes,
          seed: question.seed + 10_000 * round,
          timeoutMs,
          signal,
          progress: progress.live,
        });
      });
      const { settings } = candidates.find(({ name }) => name === candidate)!;
      await keep({ round, candidate, settings, capacity });
      const [done, all] = [sum(planned.slice(before, looks.length)), sum(planned.slice(before))];
      const left = estimate(done, all, performance.now() - started, 0);
      progress.say(`round ${round + 1}, ${settings}: ${capacity.sentence}`);
      progress.say(`look ${looks.length} of ${planned.length} at most, ${left}`);
      return capacity;
    },
  });
}
