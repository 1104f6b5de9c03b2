/** The settings of a variant that `testbed tune` may change, and their grid. */
import { z } from "zod";
import { amountOf } from "../../infra/services/definition/quantity.ts";
import type { VariantSpec } from "../../infra/services/definition/service.ts";
import { choiceProblems } from "../../infra/services/definition/service-problems.ts";
import { settingValue } from "../../infra/services/definition/setting.ts";
import { meant } from "../../infra/services/definition/variant.ts";
import { type Service, type Settings, triedValues, variantOf } from "../../infra/services/index.ts";

/** Values to try, by setting; what is left out stays as the variant has it. */
export const tuneSpace = z.record(z.string(), z.array(settingValue).min(1));
export type TuneSpace = z.infer<typeof tuneSpace>;

/**
 * Of the settings that name values to try (`tune`); where none does, every setting with a short list of values: truth values,
 * enums, whole numbers in a range.
 */
export function defaultSpaceOf({ spec }: Service): TuneSpace {
  const all = Object.entries(spec.settings);
  const named = all.filter(([, one]) => one.tune !== undefined);
  const some = named.length > 0 ? named : all.filter(([, one]) => triedValues(one).length > 1);
  return Object.fromEntries(some.map(([name, one]) => [name, [...triedValues(one)]]));
}

/** What is wrong with a space, by path. */
export function spaceProblems(service: Service, space: TuneSpace) {
  return Object.entries(space).flatMap(([name, values]) =>
    values.flatMap((value, index) =>
      choiceProblems({ ...service.spec, never: [] }, { [name]: value }).map(({ message }) => ({
        path: `--space.${name}[${index}]`,
        expected: message,
        got: JSON.stringify(value),
      })),
    ),
  );
}

export interface Candidate {
  readonly name: string;
  /** The settings that were tried: `workers 1, streams 2`. */
  readonly settings: string;
  /** As a variant of the service. */
  readonly choice: VariantSpec;
}

/**
 * The whole grid in the order of its keys. Left out: more threads than cores, which would only share them, what the service says
 * is not valid, and what is the same as one before, since a setting has no meaning there.
 */
export function candidatesOf(service: Service, base: string, space: TuneSpace, cores: number): Candidate[] {
  const { spec } = service;
  const keys = Object.keys(space);
  const points = keys.reduce<Settings[]>(
    (grid, key) => grid.flatMap((point) => space[key]!.map((value) => ({ ...point, [key]: value }))),
    [{}],
  );
  const { settings: of } = variantOf(service, base);
  const { agreement } = spec.variants[base]!;
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  for (const point of points) {
    const settings = { ...of, ...point };
    const variant = { name: "", description: "", settings };
    if (choiceProblems(spec, settings).length > 0) continue;
    if (spec.cores !== undefined && amountOf(spec.cores, settings, spec.settings) > cores) continue;
    const same = JSON.stringify(meant(spec, variant).map(({ name, value }) => [name, value]));
    if (seen.has(same)) continue;
    seen.add(same);
    const text = keys.map((key) => `${key} ${String(point[key])}`).join(", ");
    candidates.push({
      name: `tune-${candidates.length + 1}`,
      settings: text,
      choice: {
        ...settings,
        description: `tuned: ${text}`,
        ...(agreement === undefined ? {} : { agreement }),
      },
    });
  }
  return candidates;
}
