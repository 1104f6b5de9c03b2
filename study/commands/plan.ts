import { planDigest } from "../../analysis/plan-digest.ts";
import { resolution } from "../../analysis/resolution.ts";
import type { CommandSpec } from "../cli.ts";
import { knownNames } from "../known-names.ts";
import { deployments, planTrials } from "../plan.ts";
import { print, printJson, table } from "../print.ts";
import { duration } from "../progress.ts";
import { loadStudy } from "../study-file.ts";
import { jsonOption, overrideOptions, studyOverrides } from "./options.ts";

export const planCommand: CommandSpec = {
  summary: "show what a study would run, in which order, for how long, and what it can resolve",
  arguments: [{ name: "[study]", description: "a name or a file; default quick" }],
  options: [...overrideOptions, jsonOption],
  async run([name = "quick"], options) {
    const study = await loadStudy(name, knownNames, studyOverrides(options));
    const trials = planTrials(study);
    const loadSeconds = study.scenarios.reduce((sum, s) => sum + s.durationSeconds + study.warmupSeconds, 0);
    const summary = {
      study: study.name,
      digest: planDigest(study, trials),
      trials: trials.length,
      deployments: deployments(trials).length,
      loadSeconds: loadSeconds * deployments(trials).length,
      resolution: resolution(study),
    };
    if (options.json === true) {
      printJson({ ...summary, order: trials });
      return;
    }
    print(`${study.name}: ${study.description}`);
    print(
      `${summary.trials} trials on ${summary.deployments} deployments, ${study.blocks} blocks; ` +
        `${duration(summary.loadSeconds * 1000)} of load, deployments come on top`,
    );
    print(summary.resolution.sentence);
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
  },
};
