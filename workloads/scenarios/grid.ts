/** Utilisation of the baseline crossed with burstiness, beyond the paper's scenarios. */
import type { ScenarioSpec } from "../spec/spec.ts";

export const gridUtilisations = [0.3, 0.6, 0.8, 0.95] as const;
export const gridCvs = [0.5, 1, 2, 4] as const;

/** Named `u60-cv2`, `u95-cv05`. */
export const grid: readonly ScenarioSpec[] = gridUtilisations.flatMap((utilisation) =>
  gridCvs.map((cv) => ({
    name: `u${Math.round(utilisation * 100)}-cv${String(cv).replace(".", "")}`,
    description: `gamma arrivals with cv ${cv} at ${Math.round(utilisation * 100)} % of the baseline's capacity`,
    arrival: { kind: "gamma" as const, cv },
    rate: { utilisation },
    durationSeconds: 60,
    payload: "reviews-and-tweets",
  })),
);
