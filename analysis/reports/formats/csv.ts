/** One row per trial and metric, at full precision, for further analysis by the user (RFC 4180). */
import type { Report } from "./report.ts";

const head = [
  "trial",
  "block",
  "scenario",
  "variant",
  "arm",
  "status",
  "valid",
  "saturated",
  "metric",
  "value",
  "unit",
  "n",
  "why",
];

export const csvReport: Report = {
  name: "csv",
  file: "measurements.csv",
  render({ source }) {
    const rows = source.analysis.trials.flatMap((trial) =>
      Object.entries(trial.metrics).map(([metric, { value, unit, n, why }]) => [
        trial.id,
        trial.block,
        trial.scenario,
        trial.variant,
        trial.arm,
        trial.status,
        trial.valid,
        trial.saturated,
        metric,
        value ?? "",
        unit,
        n,
        why,
      ]),
    );
    return csvText([head, ...rows]);
  },
};

export function csvText(rows: readonly (readonly (string | number | boolean)[])[]): string {
  return rows.map((row) => `${row.map((cell) => field(String(cell))).join(",")}\r\n`).join("");
}

/** Text that a spreadsheet would run as a formula is kept as text by a leading apostrophe. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?[\d.]+(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
