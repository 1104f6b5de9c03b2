import type { ReportModel } from "./model.ts";

/** One way to show a report. */
export interface Report {
  readonly name: string;
  /** Its file in the results folder. */
  readonly file: string;
  /** Pure: the same model gives the same bytes. */
  render(model: ReportModel): string;
}
