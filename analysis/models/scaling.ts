/**
 * Scaling over workers or replicas, from the variants of a study that differ in nothing else, under scenarios in which
 * all of them were saturated or overloaded, because only then is throughput capacity. The unit is the block: speed-up
 * and law are computed in each block, on its one schedule, and their interval is over blocks.
 */

import { counted } from "../figures/format.ts";
import type { Analysis } from "../schema/analysis-result.ts";
import type { CellResult } from "../schema/cell.ts";
import type { ManifestFile } from "../schema/results-folder.ts";
import type { TrialResult } from "../schema/trial.ts";
import { hodgesLehmann } from "../statistics/hodges-lehmann.ts";
import { exponentiated, tInterval } from "../statistics/student.ts";
import { fitScalability, universalScalabilityLaw } from "./universal-scalability.ts";

/** Settings that may differ within a family. */
const free = new Set(["description", "workers", "replicas"]);

export interface ScalingCell {
  readonly cell: CellResult;
  readonly trials: readonly TrialResult[];
  /** The scenario keeps every service busy. */
  readonly saturates: boolean;
}

export function scaling(
  cells: readonly ScalingCell[],
  { variants }: Pick<ManifestFile, "variants">,
  alpha: number,
): Analysis["scaling"] {
  return families(variants).flatMap((family) =>
    [...new Set(cells.map(({ cell }) => cell.scenario))].map((scenario) => {
      const members = family.map(({ variant, ...size }) => ({
        ...size,
        ...cells.find(({ cell }) => cell.variant === variant && cell.scenario === scenario)!,
      }));
      return scalingOf(scenario, members, alpha);
    }),
  );
}

interface Size {
  /** Workers over all replicas. */
  readonly units: number;
  readonly replicas: number;
}

type Member = ScalingCell & Size;

/** At least two variants of different sizes and otherwise the same settings, smallest first. */
function families(variants: ManifestFile["variants"]): ({ variant: string } & Size)[][] {
  const found = new Map<string, ({ variant: string } & Size)[]>();
  for (const [variant, settings] of Object.entries(variants)) {
    const rest = Object.entries(settings).filter(([name]) => !free.has(name));
    const key = JSON.stringify(rest.sort(([a], [b]) => a.localeCompare(b)));
    const replicas = Number(settings.replicas ?? 1);
    const units = Number(settings.workers ?? 1) * replicas;
    found.set(key, [...(found.get(key) ?? []), { variant, units, replicas }]);
  }
  return [...found.values()]
    .filter((family) => new Set(family.map(({ units }) => units)).size > 1)
    .map((family) => family.sort((a, b) => a.units - b.units));
}

function scalingOf(scenario: string, members: readonly Member[], alpha: number): Analysis["scaling"][number] {
  const blocks = blocksAtCapacity(members);
  const fits = blocks.flatMap((values) =>
    fitOf(values.map((perSecond, index) => ({ units: members[index]!.units, perSecond }))),
  );
  const of = (key: "lambda" | "sigma" | "kappa") =>
    fits.length < blocks.length
      ? null
      : tInterval(
          fits.map((fit) => fit[key]),
          alpha,
        );
  const [sigma, kappa] = [of("sigma"), of("kappa")];
  const peaks = kappa !== null && kappa.low > 0 && sigma!.value < 1;
  return {
    id: `${scenario}/${members.map(({ cell }) => cell.variant).join("+")}`,
    scenario,
    law: universalScalabilityLaw,
    points: members.map(({ units, replicas, cell }, index) => ({
      variant: cell.variant,
      units,
      replicas,
      throughput: exponentiated(
        tInterval(
          blocks.map((values) => Math.log(values[index]!)),
          alpha,
        ),
      ),
      speedup:
        index === 0
          ? null
          : exponentiated(
              hodgesLehmann(
                blocks.map((values) => Math.log(values[index]! / values[0]!)),
                alpha,
              ),
            ),
    })),
    blocks: blocks.length,
    perUnit: of("lambda"),
    contention: sigma,
    coherency: kappa,
    peakUnits: peaks ? Math.sqrt((1 - sigma!.value) / kappa.value) : null,
    why: whyNot(blocks.length, members),
  };
}

/** Throughputs of the members, block by block, where every one of them has a valid trial that shows its capacity. */
function blocksAtCapacity(members: readonly Member[]): number[][] {
  return members[0]!.trials.flatMap(({ block }) => {
    const values = members.map(({ trials, saturates }) => {
      const trial = trials.find((one) => one.block === block);
      return trial?.valid === true && (saturates || trial.saturated)
        ? (trial.metrics.throughput?.value ?? 0)
        : 0;
    });
    return values.every((value) => value > 0) ? [values] : [];
  });
}

function fitOf(points: Parameters<typeof fitScalability>[0]) {
  const fit = fitScalability(points);
  return fit === null ? [] : [fit];
}

function whyNot(blocks: number, members: readonly Member[]): string {
  const sizes = new Set(members.map(({ units }) => units)).size;
  if (blocks < 2) {
    return `all sizes were saturated or overloaded in ${blocks} of ${counted(members[0]!.trials.length, "block")}: below its capacity a variant's throughput equals the offered rate`;
  }
  return sizes < 3 ? `${sizes} sizes: the law has three parameters` : "";
}
