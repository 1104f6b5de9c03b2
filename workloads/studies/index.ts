/** The studies by name. To add one: one file and one line here; a user's own study file runs by path. */
import type { StudyFile } from "../spec/spec.ts";
import { ablation } from "./ablation.ts";
import { grid } from "./grid.ts";
import { paper } from "./paper.ts";
import { precision } from "./precision.ts";
import { probes } from "./probes.ts";
import { quick } from "./quick.ts";
import { replicas } from "./replicas.ts";
import { resilience } from "./resilience.ts";
import { resilienceSmoke } from "./resilience-smoke.ts";
import { scaling } from "./scaling.ts";
import { smoke } from "./smoke.ts";
import { stageCost } from "./stage-cost.ts";

export const studies = {
  quick,
  smoke,
  paper,
  grid,
  ablation,
  scaling,
  replicas,
  precision,
  "stage-cost": stageCost,
  resilience,
  "resilience-smoke": resilienceSmoke,
  probes,
} satisfies Record<string, StudyFile>;
