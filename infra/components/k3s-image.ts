/** The Pulumi side of `testbed:k3s:Image`. */
import * as pulumi from "@pulumi/pulumi";
import type { ImageInputs } from "../plugin/kinds/k3s/k3s-image.ts";

export class K3sImage extends pulumi.CustomResource {
  /** As a pod names it: by digest. */
  declare readonly reference: pulumi.Output<string>;
  declare readonly seconds: pulumi.Output<number>;

  /** The node keeps an image until it goes itself: the next deployment finds it there. */
  constructor(name: string, inputs: ImageInputs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { reference: undefined, seconds: undefined };
    super("testbed:k3s:Image", name, { ...inputs, ...outputs }, { ...options, retainOnDelete: true });
  }
}
