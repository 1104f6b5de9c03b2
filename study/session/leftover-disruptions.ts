/** Undoes disruptions that killed runs left in place: stopped, slowed or scaled-down services. */
import { messageOf, type Problem, TestbedError } from "../../errors/errors.ts";
import { pendingActs, undoPending } from "../../infra/disruptions/journal/journal.ts";

/**
 * @param stack only of this one; all where it is left out
 * @returns what ends with an error where something could not be undone: called once all else is done
 */
export async function undoLeftovers(say: (line: string) => void, stack?: string): Promise<() => void> {
  const problems: Problem[] = [];
  for (const act of pendingActs()) {
    if (stack !== undefined && act.service !== stack) continue;
    try {
      await undoPending(act);
      say(`undid ${act.disruption} of ${act.service}, which a killed run had left behind`);
    } catch (error) {
      problems.push({
        path: `${act.disruption} of ${act.service}`,
        expected: "undone",
        got: messageOf(error),
      });
    }
  }
  return () => {
    if (problems.length === 0) return;
    throw new TestbedError("runFailed", "a disruption that a killed run had left could not be undone", {
      problems,
      hint: "Undo it by hand; then remove its file in .testbed/disruptions.",
    });
  };
}
