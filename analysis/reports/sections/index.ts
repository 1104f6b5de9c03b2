/** The sections in reading order, by anchor. To add one: one file and one line here. */
import { ladderSection } from "./ablation-steps.ts";
import { answers } from "./answers.ts";
import { blocks } from "./blocks.ts";
import { capacity } from "./capacity.ts";
import { comparisons } from "./comparisons.ts";
import { generator } from "./generator.ts";
import { latency } from "./latency.ts";
import { machine } from "./machine.ts";
import { models } from "./models.ts";
import { objectives } from "./objectives.ts";
import { twins } from "./open-vs-closed-loop.ts";
import { paper } from "./paper.ts";
import { payload } from "./payload.ts";
import { provenance } from "./provenance.ts";
import { recovery } from "./recovery.ts";
import { reproduce } from "./reproduce.ts";
import { scaling } from "./scaling.ts";
import type { Section } from "./section.ts";
import { stagesSection } from "./stages.ts";
import { throughput } from "./throughput.ts";
import { timeline } from "./timeline.ts";
import { validity } from "./validity.ts";
import { variance } from "./variance.ts";
import { variants } from "./variants.ts";
import { workers } from "./workers.ts";

export const sections = {
  objectives,
  comparisons,
  paper,
  ladder: ladderSection,
  twins,
  latency,
  throughput,
  recovery,
  capacity,
  stages: stagesSection,
  timeline,
  models,
  scaling,
  blocks,
  variance,
  validity,
  answers,
  generator,
  machine,
  workers,
  payload,
  variants,
  provenance,
  reproduce,
} satisfies Record<string, Section>;
