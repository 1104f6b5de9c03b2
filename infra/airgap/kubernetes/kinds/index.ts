/** The kinds, by the Pulumi type of each. Any other type is refused. */
import { deployment } from "./deployment.ts";
import { job } from "./job.ts";
import type { Kind } from "./kind.ts";
import {
  configMap,
  limitRange,
  namespace,
  networkPolicy,
  podDisruptionBudget,
  resourceQuota,
  secret,
} from "./plain.ts";
import { service } from "./service.ts";

export const kinds: Readonly<Record<string, Kind>> = {
  "kubernetes:core/v1:Namespace": namespace,
  "kubernetes:core/v1:ConfigMap": configMap,
  "kubernetes:core/v1:Secret": secret,
  "kubernetes:core/v1:Service": service,
  "kubernetes:apps/v1:Deployment": deployment,
  "kubernetes:batch/v1:Job": job,
  "kubernetes:core/v1:ResourceQuota": resourceQuota,
  "kubernetes:core/v1:LimitRange": limitRange,
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": networkPolicy,
  "kubernetes:policy/v1:PodDisruptionBudget": podDisruptionBudget,
};

export type { Kind, Settled } from "./kind.ts";
