import type { ReportModel } from "../sections/report-model.ts";

/** One way to show a report. */
export interface Report {
  readonly name: string;
  /** Its file in the results folder. */
  readonly file: string;
  /** Whether there is anything for it to say; always, where it does not tell. */
  applies?(model: ReportModel): boolean;
  /** Pure: the same model gives the same bytes. */
  render(model: ReportModel): string;
}
