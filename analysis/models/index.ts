/** The models by name. To add one: one file and one line here. */
import { allenCunneen } from "./allen-cunneen.ts";
import { batchService } from "./batch-service.ts";
import { capacityBound } from "./capacity-bound.ts";
import { lindley } from "./lindley.ts";
import type { Model } from "./model.ts";

export const models = {
  lindley,
  "batch-service": batchService,
  "allen-cunneen": allenCunneen,
  "capacity-bound": capacityBound,
} satisfies Record<string, Model>;

export type { Model, ModelContext, ModelTrial } from "./model.ts";
