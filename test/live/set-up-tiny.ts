/** What every live tier sets up, for the tiny model and without a word. */
import { type SetUpChoice, setUp, type Workbench } from "../../study/session/setup.ts";

const silent = { say: () => {}, live: () => {}, end: () => {} };

/** @param options the target, and the variants that it is to serve */
export function setUpTiny(options?: Omit<SetUpChoice, "model">): Promise<Workbench> {
  return setUp({ ...options, model: "tiny" }, silent);
}
