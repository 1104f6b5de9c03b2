import { counted, percent } from "../../analysis/figures/format.ts";
import { planDigest } from "../../analysis/plan/plan-digest.ts";
import { resolution } from "../../analysis/plan/resolution.ts";
import { tracesIn } from "../../workloads/spec/study-traces.ts";
import { plannedBudgetSeconds } from "../machine/noise-wait.ts";
import { jsonOption, overrideOptions, studyOverrides } from "../options/options.ts";
import { schedulesAt, schedulesText } from "../plan/earlier-capacity-check.ts";
import { type EarlierNoise, earlierCapacity, earlierNoise } from "../plan/earlier-runs.ts";
import { objectiveSentences } from "../plan/objective-check.ts";
import { deployments, planSpares, planTrials } from "../plan/plan.ts";
import { plannedTime } from "../plan/planned-time.ts";
import { checkResolution } from "../plan/resolution-check.ts";
import { checkPayload } from "../spec/asked.ts";
import { loadStudy } from "../spec/study-file.ts";
import { print, printJson, table } from "../terminal/print.ts";
import { duration } from "../terminal/progress.ts";
import type { CommandSpec } from "./command.ts";

export const planCommand: CommandSpec = {
  arguments: [
    { name: "[study]", description: "a name, a study file or the plan.json of a run; default quick" },
  ],
  options: [...overrideOptions, jsonOption],
  async run([name = "quick"], options) {
    const { study, service } = await loadStudy(name, await studyOverrides(options));
    await checkPayload(service);
    const trials = planTrials(study);
    const spares = planSpares(study);
    const earlier = await earlierCapacity(study);
    const summary = {
      study: study.name,
      digest: planDigest(study, [...trials, ...spares]),
      trials: trials.length,
      deployments: deployments(trials).length,
      ...plannedTime(study, deployments(trials).length, earlier?.capacityPerSecond),
      awaitQuietSeconds: plannedBudgetSeconds(study),
      spares: {
        blocks: study.spareBlocks ?? 0,
        trials: spares.length,
        totalSeconds: plannedTime(study, deployments(spares).length, earlier?.capacityPerSecond).totalSeconds,
      },
      resolution: resolution(study),
      detectable: (await earlierNoise(study)) ?? null,
      shortSchedules: schedulesAt(earlier, study),
    };
    if (options.json === true) {
      printJson({ ...summary, order: trials, spareOrder: spares });
      checkResolution(study, () => {});
      return;
    }
    print(`${study.name}: ${study.description}`);
    print(
      `${summary.trials} trials on ${summary.deployments} deployments, ${study.blocks} blocks; ` +
        `about ${duration(summary.totalSeconds * 1000)} on ${study.target}, ${duration(summary.loadSeconds * 1000)} of it load`,
    );
    for (const line of tracesIn(study)) print(line);
    print(summary.resolution.sentence);
    for (const line of objectiveSentences(study)) print(line);
    print(
      `Trials wait for a quiet machine, at most ${duration(summary.awaitQuietSeconds * 1000)} in all (--await-quiet, --no-await-quiet).`,
    );
    if (spares.length > 0) print(spareText(summary.spares));
    print(detectableText(summary.detectable));
    for (const line of schedulesText(study, summary.shortSchedules)) print(line);
    print(`plan ${summary.digest}\n`);
    print(
      table([
        ["block", "deployment", "variant", "arm", "scenario", "seed"],
        ...trials.map((trial) => [
          String(trial.block),
          String(trial.deployment),
          trial.variant,
          trial.arm,
          trial.scenario,
          String(trial.seed),
        ]),
      ]),
    );
    // The plan is shown either way; a script must not take one that the study itself refuses for a good one.
    checkResolution(study, () => {});
  },
};

function spareText({
  blocks,
  trials,
  totalSeconds,
}: {
  blocks: number;
  trials: number;
  totalSeconds: number;
}) {
  return (
    `Up to ${counted(blocks, "spare block")} (${trials} trials, about ${duration(totalSeconds * 1000)}), run only to replace ` +
    "blocks in which a trial fails a gate of the generator or the machine; no compared value decides it."
  );
}

function detectableText(noise: EarlierNoise | null): string {
  if (noise === null) {
    return "Smallest detectable effect: unknown, since no earlier run of this study has 4 blocks or more to judge its noise by.";
  }
  const lines = noise.comparisons.map(({ comparison, sd, ratio }) =>
    [
      `  ${comparison}`,
      `varies by ${percent(sd)} between blocks`,
      ratio === null
        ? "no effect reaches alpha"
        : `shows ${percent(ratio - 1)} slower or ${percent(1 - 1 / ratio)} faster`,
    ].join(": "),
  );
  return [
    `Smallest effect that this design shows with 80 % probability, by the noise of run ${noise.run} (${noise.blocks} blocks):`,
    ...lines,
  ].join("\n");
}
