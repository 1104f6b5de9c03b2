/**
 * A number that follows from a variant's settings, as data: `"workers"`, `{ product: ["workers", "threads"] }`,
 * `{ by: "runtime", is: { torch: 1800, onnx: 1200 } }`. A setting that has no meaning in a variant counts as 1.
 */
import { z } from "zod";
import { inEffect, type Settings, type SettingsSpace } from "./setting.ts";

export type Quantity =
  | number
  | string
  | { readonly product: readonly Quantity[] }
  | { readonly sum: readonly Quantity[] }
  | { readonly by: string; readonly is: Readonly<Record<string, number>> };

export const quantity: z.ZodType<Quantity> = z.lazy(() =>
  z.union([
    z.number(),
    z.string(),
    z.strictObject({ product: z.array(quantity).min(1) }),
    z.strictObject({ sum: z.array(quantity).min(1) }),
    z.strictObject({ by: z.string(), is: z.record(z.string(), z.number()) }),
  ]),
);

/** @throws Error where it names what is no number: the service's schema has said so before */
export function amountOf(of: Quantity, settings: Settings, space: SettingsSpace): number {
  if (typeof of === "number") return of;
  if (typeof of === "string") {
    const spec = space[of]!;
    return inEffect(spec, settings) ? Number(settings[of]) : 1;
  }
  if ("product" in of)
    return of.product.reduce<number>((all, one) => all * amountOf(one, settings, space), 1);
  if ("sum" in of) return of.sum.reduce<number>((all, one) => all + amountOf(one, settings, space), 0);
  const amount = of.is[String(settings[of.by])];
  if (amount === undefined) throw new Error(`no value is given for ${of.by} ${String(settings[of.by])}`);
  return amount;
}

/** Everything that is wrong with it, as what was expected and what was got. */
export function quantityProblems(
  of: Quantity,
  space: SettingsSpace,
): { readonly expected: string; readonly got: string }[] {
  if (typeof of === "number") return [];
  if (typeof of === "string") {
    const type = space[of]?.type;
    if (type === "integer" || type === "number") return [];
    return [{ expected: "a setting that is a number", got: type === undefined ? of : `${of}, a ${type}` }];
  }
  if ("product" in of) return of.product.flatMap((one) => quantityProblems(one, space));
  if ("sum" in of) return of.sum.flatMap((one) => quantityProblems(one, space));
  const spec = space[of.by];
  if (spec === undefined) return [{ expected: "a setting", got: of.by }];
  const missing = spec.type === "enum" ? spec.values.filter((value) => !Object.hasOwn(of.is, value)) : [];
  return missing.map((value) => ({
    expected: `a number for each value of ${of.by}`,
    got: `none for ${value}`,
  }));
}
