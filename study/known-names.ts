/** What the rooms hold, as the study check and `testbed list` want it. */
import { models } from "../infra/models/index.ts";
import { targets } from "../infra/targets/index.ts";
import { variants } from "../infra/variants/index.ts";
import { payloads } from "../workloads/payloads/index.ts";
import type { KnownNames } from "./study-file.ts";

export const knownNames: KnownNames = {
  variants: Object.keys(variants),
  targets: Object.keys(targets),
  models: Object.keys(models),
  payloads: Object.keys(payloads),
};
