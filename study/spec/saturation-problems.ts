/** A scenario that measures capacity needs at least as many users as the service can serve at once. */
import type { Problem } from "../../errors/errors.ts";
import type { StudySpec } from "../../workloads/spec/spec.ts";

/**
 * One problem for each scenario with too few users, with the variant that needs the most.
 * @param requestsAtOnce that a variant can work on, all its copies together; undefined for a variant that is unknown
 */
export function saturationProblems(
  { scenarios, baseline, variants }: StudySpec,
  requestsAtOnce: (variant: string) => number | undefined,
): Problem[] {
  const widest = [baseline, ...variants]
    .map((variant) => ({ variant, places: requestsAtOnce(variant) ?? 0 }))
    .reduce((most, one) => (one.places > most.places ? one : most));
  return scenarios.flatMap(({ arrival }, index) => {
    if (arrival.kind !== "saturation" || arrival.users >= widest.places) return [];
    return [
      {
        path: `scenarios[${index}].arrival.users`,
        expected: `at least ${widest.places}: ${widest.variant} can work on that many requests at once, and is partly idle with fewer`,
        got: String(arrival.users),
      },
    ];
  });
}
