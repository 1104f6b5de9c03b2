import type { StudyInput } from "../../../workloads/spec/spec.ts";
import { disrupted } from "../../../workloads/studies/resilience.ts";
import { resilienceSmoke } from "../../../workloads/studies/resilience-smoke.ts";

/** `resilience-smoke` on this machine's processes, with no more time after each injection than its undoing takes. */
const { perTarget: _, ...onProcess } = resilienceSmoke;
const tinyDisrupted: StudyInput = {
  ...onProcess,
  name: "tiny-disrupted",
  scenarios: disrupted(
    {
      "no-op": {},
      "server-kill": { byHandAfterSeconds: 2 },
      hang: { seconds: 2 },
      "network-partition": { seconds: 1 },
    },
    {
      injections: 1,
      everySeconds: (kind) => (kind === "server-kill" ? 12 : 5),
      phaseSeconds: 1,
      rate: { perSecond: 50 },
    },
  ),
};

export default tinyDisrupted;
