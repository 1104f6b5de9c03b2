/** The studies by name. A new one is one file and one line here; a user's own study file runs by path. */
import type { StudyInput } from "../spec.ts";
import { quick } from "./quick.ts";
import { smoke } from "./smoke.ts";

export const studies = { quick, smoke } satisfies Record<string, StudyInput>;
