/**
 * The report before its rendering: the first screen, then the sections. Every format renders this model; every number
 * in it is formatted here, once.
 */
import { TestbedError } from "../../../errors/errors.ts";
import type { Block } from "../parts/document.ts";
import { type Overview, overview } from "../parts/overview.ts";
import type { Source } from "../parts/source.ts";
import { sections } from "./index.ts";

export interface ReportSection {
  /** Anchor. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface ReportModel {
  readonly overview: Overview;
  readonly sections: readonly ReportSection[];
  readonly source: Source;
}

export function reportModel(source: Source): ReportModel {
  if (source.analysis.trials.length === 0) {
    throw new TestbedError("invalidResults", "there is nothing to report: the analysis holds no trial");
  }
  return {
    overview: overview(source),
    sections: Object.entries(sections)
      .map(([id, { title, build }]) => ({ id, title, blocks: build(source) }))
      .filter(({ blocks }) => blocks.length > 0),
    source,
  };
}
