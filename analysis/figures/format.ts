/** Formats of figures in sentences, one for each kind of value. */

/** `p = .047`, `p < .001`: three decimals, no leading nought, as is usual for a number that cannot exceed 1. */
export function pText(p: number): string {
  if (p < 0.001) return "p < .001";
  return p >= 0.9995 ? "p = 1" : `p = ${decimals(p)}`;
}

/** Levels that a p is read against: it is never rounded onto one, nor across it. */
const usual = [0.1, 0.05, 0.01, 0.005, 0.001];

/** A p or an alpha alone: `.047`, and `.0503` where three decimals would say .05. */
export function decimals(p: number): string {
  let digits = p < 0.01 ? 4 : 3;
  const misleads = (text: string) => usual.some((level) => p !== level && Number(text) === level);
  while (digits < 12 && misleads(p.toFixed(digits))) digits++;
  return Number(p.toFixed(digits)).toString().replace(/^0\./, ".");
}

/** Three significant digits below 100, whole above: `0.213`, `4.70`, `125`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : String(value);
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** `180 ms`, `6.23 s`. */
export function duration(ms: number): string {
  return Math.abs(ms) < 1000 ? `${figure(ms)} ms` : `${figure(ms / 1000)} s`;
}

/** A ratio: `0.21`, `1.02`, `12.3`, `0.0012` where two decimals would say 0.00, and `1.0013` where they would say 1.00. */
export function ratioText(value: number): string {
  if (value < 0.005) return value.toPrecision(2);
  if (value !== 1 && value.toFixed(2) === "1.00") return nearOne(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** With one digit of what it is beside 1, and no more than six decimals. */
function nearOne(value: number): string {
  const digits = Math.min(6, Math.max(3, Math.ceil(-Math.log10(Math.abs(value - 1)))));
  return Number(value.toFixed(digits)) === 1 ? "1.00" : value.toFixed(digits);
}

/** A share as a percentage: `96.1 %`, `95 %`. */
export function percent(share: number, digits = 1): string {
  return `${Number((share * 100).toFixed(digits))} %`;
}

/** `1 block`, `8 blocks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
