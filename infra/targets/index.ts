/** The targets by name. A new one is one file and one line here. */
import { processTarget } from "./process.ts";
import type { Target } from "./target.ts";

export const targets = { process: processTarget } satisfies Record<string, Target>;

export type { Endpoint, OpenTarget, Target, TargetContext } from "./target.ts";
