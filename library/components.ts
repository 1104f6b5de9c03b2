/**
 * The Pulumi components of the testbed, for a program of one's own: `import { ... } from "serving-testbed/components"`.
 *
 * ProcessService and K3sNode are resources of the testbed's provider, which the program's Pulumi.yaml must name:
 *
 * ```yaml
 * plugins:
 *   providers:
 *     - name: testbed
 *       path: node_modules/serving-testbed/infra/plugin
 * ```
 */
export { K3sNode } from "../infra/components/k3s-node.ts";
export { LoadJob, type LoadJobArgs } from "../infra/components/load-job.ts";
export { ProcessService, type ProcessServiceArgs } from "../infra/components/process-service.ts";
export {
  type ServingContainer,
  ServingStack,
  type ServingStackArgs,
} from "../infra/components/serving-stack.ts";
export type { NodeInputs as K3sNodeArgs } from "../infra/plugin/kinds/k3s/k3s-node.ts";
