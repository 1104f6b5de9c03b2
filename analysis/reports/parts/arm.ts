/** The arms of a study in the order and with the colours that they keep in every chart and table. */

import type { CellResult } from "../../schema/cell.ts";
import type { PlanFile } from "../../schema/results-folder.ts";
import type { Style, Swatch } from "./document.ts";

export interface Arm {
  readonly variant: string;
  readonly arm: CellResult["arm"];
  readonly label: string;
  readonly style: Style;
}

export function armsOf({ study }: PlanFile): Arm[] {
  const baseline = [
    { variant: study.baseline, arm: "main" as const, label: study.baseline, style: styles[0]! },
  ];
  const again = { ...styles[0]!, dash: "1.5 3", hollow: true };
  return [
    ...baseline,
    ...(study.aa
      ? [{ variant: study.baseline, arm: "aa" as const, label: armLabel(study.baseline, "aa"), style: again }]
      : []),
    ...study.variants.map((variant, index) => ({
      variant,
      arm: "main" as const,
      label: variant,
      style: styles[1 + (index % (styles.length - 1))]!,
    })),
  ];
}

export function armLabel(variant: string, arm: CellResult["arm"]): string {
  return arm === "aa" ? `${variant} (A/A)` : variant;
}

/** The look of the arm that a cell belongs to. */
export function styleOf(arms: readonly Arm[], cell: Pick<CellResult, "variant" | "arm">): Style {
  return arms.find(({ variant, arm }) => variant === cell.variant && arm === cell.arm)!.style;
}

export function swatches(arms: readonly Arm[]): Swatch[] {
  return arms.map(({ label, style }) => ({ label, style }));
}

/** Okabe and Ito's hues, told apart by dash and shape as well; the first is the baseline's. */
const styles: readonly Style[] = (
  [
    ["--arm-0", "", "circle"],
    ["--arm-1", "", "square"],
    ["--arm-2", "7 3", "triangle"],
    ["--arm-3", "2 2", "diamond"],
    ["--arm-4", "9 3 2 3", "star"],
    ["--arm-5", "5 5", "cross"],
  ] as const
).map(([variable, dash, symbol]) => ({
  colour: `var(${variable})`,
  dash,
  symbol,
  hollow: false,
  line: true,
}));
