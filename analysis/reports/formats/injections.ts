/** One row per injection and measure, at full precision. */
import { csvText } from "./csv.ts";
import type { Report } from "./report.ts";

const head = [
  ...["trial", "block", "scenario", "variant", "arm", "injection", "mechanism"],
  ...["started_ms", "excluded", "measure", "value", "unit", "censored", "why"],
];

export const injectionsReport: Report = {
  name: "injections",
  file: "injections.csv",
  applies: ({ source }) => source.analysis.recovery !== null,
  render({ source: { analysis } }) {
    const { cells = [], injections = [] } = analysis.recovery ?? {};
    const unitOf = (measure: string) => cells[0]?.measures[measure]?.unit ?? "requests";
    const rows = injections.flatMap((injection) => {
      const { trial, block, scenario, variant, arm, index, mechanism, startedMs, excluded } = injection;
      const start = [trial, block, scenario, variant, arm, index, mechanism, startedMs ?? "", excluded];
      const {
        duplicates: _,
        unaccounted: __,
        ...account
      } = injection.account ?? {
        duplicates: 0,
        unaccounted: 0,
      };
      return [
        ...Object.entries(account).map(([name, value]) => [...start, name, value, "requests", false, ""]),
        ...Object.entries(injection.values).map(([name, { value, censored, why }]) => [
          ...start,
          ...[name, value ?? "", unitOf(name), censored, why],
        ]),
        ...(excluded === "" || injection.account !== null ? [] : [[...start, "", "", "", "", ""]]),
      ];
    });
    return csvText([head, ...rows]);
  },
};
