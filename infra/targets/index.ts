/** The targets by name. To add one: one file and one line here. */

import { urlTarget } from "./external/url.ts";
import { clusterTarget } from "./kubernetes/cluster.ts";
import { k3sTarget } from "./kubernetes/k3s.ts";
import { k3sDockerTarget } from "./kubernetes/k3s-docker.ts";
import { processTarget } from "./process/process.ts";
import { simulatedTarget } from "./simulated/simulated.ts";
import type { Target } from "./target.ts";

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
  MeasuredHere,
  ObservedEvent,
  OpenTarget,
  ProvideContext,
  Target,
  TargetContext,
  UnderTest,
} from "./target.ts";
