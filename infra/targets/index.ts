/** The targets by name. A new one is one file and one line here. */
import { clusterTarget } from "./cluster.ts";
import { k3sTarget } from "./k3s.ts";
import { k3sDockerTarget } from "./k3s-docker.ts";
import { processTarget } from "./process.ts";
import { simulatedTarget } from "./simulated.ts";
import type { Target } from "./target.ts";
import { urlTarget } from "./url.ts";

export const targets = {
  process: processTarget,
  k3s: k3sTarget,
  "k3s-docker": k3sDockerTarget,
  url: urlTarget,
  simulated: simulatedTarget,
  cluster: clusterTarget,
} satisfies Record<string, Target>;

export type {
  Endpoint,
  LoadRequest,
  ObservedEvent,
  OpenTarget,
  ProvideContext,
  Target,
  TargetContext,
  UnderTest,
} from "./target.ts";
