/** The Pulumi side of `testbed:k3s:Node`. */
import * as pulumi from "@pulumi/pulumi";
import type { NodeInputs, NodeState } from "../plugin/kinds/k3s/k3s-node.ts";

export class K3sNode extends pulumi.CustomResource {
  declare readonly pid: pulumi.Output<number>;
  declare readonly startTime: pulumi.Output<string>;
  declare readonly address: pulumi.Output<string>;
  /** Secret: it holds the key of the node's administrator. */
  declare readonly kubeconfig: pulumi.Output<string>;
  declare readonly readySeconds: pulumi.Output<number>;
  declare readonly logFile: pulumi.Output<string>;
  declare readonly nodeName: pulumi.Output<string>;
  declare readonly tools: pulumi.Output<string>;
  declare readonly version: pulumi.Output<string>;

  constructor(name: string, inputs: NodeInputs, options: pulumi.CustomResourceOptions = {}) {
    const outputs: Record<Exclude<keyof NodeState, keyof NodeInputs>, undefined> = {
      pid: undefined,
      startTime: undefined,
      token: undefined,
      address: undefined,
      kubeconfig: undefined,
      readySeconds: undefined,
      traces: undefined,
    };
    super(
      "testbed:k3s:Node",
      name,
      { ...inputs, ...outputs },
      { ...options, additionalSecretOutputs: ["kubeconfig"] },
    );
  }
}
