/** Sets aside trials that a late generator or a noisy machine has made invalid, so that --resume repeats them. */
import { analyse } from "../../analysis/analyse.ts";
import { counted } from "../../analysis/figures/format.ts";
import { invalidGroups } from "../../analysis/plan/invalid-groups.ts";
import type { Store } from "../store/store.ts";
import type { Progress } from "../terminal/progress.ts";

/** @returns how many trials were set aside */
export async function setInvalidAside(store: Store, progress: Pick<Progress, "say">): Promise<number> {
  const groups = invalidGroups(await analyse(store.directory));
  const trials = groups.flatMap((group) => group.trials);
  if (trials.length === 0) {
    progress.say("No trial is invalid for a reason that repeating it could change");
    return 0;
  }
  const gates = [...new Set(groups.flatMap((group) => group.gates))].sort().join(", ");
  for (const id of trials) await store.setAside(id);
  progress.say(
    `To be repeated: ${counted(trials.length, "trial")} in ${counted(groups.length, "group")} (a block's trials of one ` +
      `scenario), because ${gates} failed; their first results are kept in superseded/`,
  );
  return trials.length;
}
