import type { Block } from "../parts/document.ts";
import type { Source } from "../parts/source.ts";

/** One part of the report after the first screen. */
export interface Section {
  readonly title: string;
  /** Empty where the analysis holds nothing for it: the section is then left out. */
  build(source: Source): readonly Block[];
}
