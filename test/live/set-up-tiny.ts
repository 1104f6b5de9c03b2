/** What every live tier sets up, for the tiny model and without a word. */
import { setUp, type Workbench } from "../../study/setup.ts";

const silent = { say: () => {}, live: () => {}, end: () => {} };

/** @param options the target, and the variants that it is to serve */
export function setUpTiny(options?: Parameters<typeof setUp>[2]): Promise<Workbench> {
  return setUp("tiny", silent, options);
}
