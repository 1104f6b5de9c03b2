/**
 * The formats of numbers, in one place. A format shows at most three significant digits, or all digits before the
 * point.
 */
import { decimals, ratioText } from "../../figures/format.ts";

export type Format = (value: number) => string;

export const formats = {
  count: (value) => grouped(value, 0),
  /** Milliseconds, rates and anything else on a ratio scale. */
  magnitude: significant,
  ratio: (value) => (value > 0.99 && value < 1.01 ? ratioText(value) : significant(value)),
  /** Three digits without trailing noughts. */
  limit: (value) => minus(String(Number(value.toPrecision(3)))),
  /** A share that was set, such as a utilisation: as it was written. */
  setShare: (value) => `${Number((value * 100).toPrecision(12))} %`,
  percent: (value) => `${significant(value * 100)} %`,
  /** A difference of shares, in percentage points. */
  points: (value) => `${significant(value * 100)} pp`,
  /** A level of confidence or a share close to one: one decimal of a percent. */
  level: (value) => `${(value * 100).toFixed(1)} %`,
  probability: (value) => (value < 0.001 ? "< .001" : decimals(value)),
  share: (value) => value.toFixed(2),
  /** A number that was set, not measured. */
  exact: (value) => String(value),
  /** Six digits without trailing noughts: a cosine of .99996 is not 1. */
  precise: (value) => minus(String(Number(value.toPrecision(6)))),
  gibibytes: (value) => `${(value / 2 ** 30).toFixed(1)} GiB`,
} satisfies Record<string, Format>;

/** The format of a metric by its unit: `ms`, `1/s`, `share`. */
export function formatFor(unit: string): Format {
  return unit === "share" ? formats.percent : formats.magnitude;
}

/** Three significant digits, or the whole integer part where that is longer. */
function significant(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  // Of the rounded value: 9.996 is 10.0, not 10.00.
  const digitsBeforePoint = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(3))))) + 1;
  if (digitsBeforePoint < -3) return minus(value.toExponential(2));
  return grouped(value, Math.max(0, 3 - digitsBeforePoint));
}

function grouped(value: number, decimals: number): string {
  const [whole = "", fraction] = value.toFixed(decimals).split(".");
  const withCommas = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return minus(fraction === undefined ? withCommas : `${withCommas}.${fraction}`);
}

/** The typographic minus, so that a sign does not break at a line's end. */
function minus(text: string): string {
  return text.replace("-", "−");
}
