/** The models by name. To add one: one file and one line here. */
import { minilm } from "./minilm.ts";
import type { Model } from "./model.ts";
import { robertaBase } from "./roberta-base.ts";
import { tiny } from "./tiny.ts";

export const models = { "roberta-base": robertaBase, minilm, tiny } satisfies Record<string, Model>;
export type ModelName = keyof typeof models;

export { wasPrepared } from "./folder.ts";
export type { Model, PreparedModel, Way } from "./model.ts";
