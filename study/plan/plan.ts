/**
 * From a study to the trials it will run, in order. Pure: the same study and seed give the same plan.
 *
 * Randomised complete blocks (Abedi & Brecht, ICPE'17): every block holds every (variant, scenario) cell once,
 * deployments in random order, the scenarios of one deployment in random order. One arrival seed per block and
 * scenario, shared by all variants (common random numbers), different between blocks.
 */

import { groupedBy } from "../../analysis/figures/trial-groups.ts";
import { planDigest } from "../../analysis/plan/plan-digest.ts";
import type { PlanFile, PlannedTrial } from "../../analysis/schema/results-folder.ts";
import { schemaVersion } from "../../analysis/schema/results-folder.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";
import { draw, shuffled } from "./order.ts";

/** One service brought up once: the trials of one (block, variant, arm), which share it. */
export interface Deployment {
  readonly block: number;
  /** Position in the block. */
  readonly index: number;
  readonly variant: string;
  readonly arm: PlannedTrial["arm"];
  readonly trials: readonly PlannedTrial[];
}

export function planTrials(study: StudySpec): PlannedTrial[] {
  return Array.from({ length: study.blocks }, (_, block) => planBlock(study, block)).flat();
}

/** Trials of the spare blocks, which run only to replace invalid ones: see analysis/plan/spare-blocks.ts. */
export function planSpares(study: StudySpec): PlannedTrial[] {
  const spares = Array.from({ length: study.spareBlocks ?? 0 }, (_, index) => study.blocks + index);
  return spares.flatMap((block) => planBlock(study, block));
}

/** @param createdAt ISO time; not part of the digest, so that a plan can be compared between machines */
export function planFile(study: StudySpec, run: string, createdAt: string): PlanFile {
  const trials = [...planTrials(study), ...planSpares(study)];
  return { schemaVersion, run, createdAt, study, trials, digest: planDigest(study, trials) };
}

/** The consecutive trials of one deployment, in order. */
export function deployments(trials: readonly PlannedTrial[]): Deployment[] {
  return groupedBy(trials, ({ block, deployment }) => `${block}/${deployment}`).map((group) => {
    const first = group[0]!;
    return {
      block: first.block,
      index: first.deployment,
      variant: first.variant,
      arm: first.arm,
      trials: group,
    };
  });
}

function planBlock(study: StudySpec, block: number): PlannedTrial[] {
  const services = [
    { variant: study.baseline, arm: "main" as const },
    ...(study.aa ? [{ variant: study.baseline, arm: "aa" as const }] : []),
    ...study.variants.map((variant) => ({ variant, arm: "main" as const })),
  ];
  return shuffled(services, `${study.seed}/order/${block}`).flatMap((service, deployment) =>
    shuffled(study.scenarios, `${study.seed}/order/${block}/${service.variant}/${service.arm}`).map(
      (scenario) => ({
        id: `b${String(block).padStart(2, "0")}-${deployment}-${service.variant}-${service.arm}-${scenario.name}`,
        block,
        deployment,
        ...service,
        scenario: scenario.name,
        seed: draw(`${study.seed}/arrivals/${block}/${scenario.twinOf ?? scenario.name}`, 0),
      }),
    ),
  );
}
