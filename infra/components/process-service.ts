/** The Pulumi side of `testbed:process:Service`. */
import * as pulumi from "@pulumi/pulumi";
import type { ServiceInputs, ServiceState } from "../plugin/service.ts";

export class ProcessService extends pulumi.CustomResource {
  declare readonly url: pulumi.Output<string>;
  declare readonly pid: pulumi.Output<number>;
  declare readonly startTime: pulumi.Output<string>;
  declare readonly logFile: pulumi.Output<string>;
  declare readonly readySeconds: pulumi.Output<number>;

  constructor(name: string, inputs: ServiceInputs, options?: pulumi.CustomResourceOptions) {
    const outputs: Record<Exclude<keyof ServiceState, keyof ServiceInputs>, undefined> = {
      pid: undefined,
      startTime: undefined,
      token: undefined,
      port: undefined,
      url: undefined,
      readySeconds: undefined,
    };
    super("testbed:process:Service", name, { ...inputs, ...outputs }, options);
  }
}
