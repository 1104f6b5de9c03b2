/** The analysis itself, at full precision: the same results give the same bytes. */
import { canonical } from "../../../files/canonical-json.ts";
import type { Report } from "./report.ts";

export const jsonReport: Report = {
  name: "json",
  file: "analysis.json",
  render: ({ source }) => `${canonical(source.analysis, 1)}\n`,
};
