/**
 * The Pulumi resources for Docker engines and registries. The `testbed` provider implements them: see the kinds in
 * infra/plugin.
 */
import * as pulumi from "@pulumi/pulumi";
import type { DockerHostInputs } from "../plugin/kinds/docker/docker-host.ts";
import type { DockerImageInputs } from "../plugin/kinds/docker/docker-image.ts";
import type { ContainerImageInputs } from "../plugin/kinds/k3s/k3s-container-image.ts";
import type { ContainersInputs } from "../plugin/kinds/k3s/k3s-containers.ts";
import type { RegistryImageInputs } from "../plugin/kinds/registry/registry-image.ts";

type Inputs<T> = { readonly [K in keyof T]: pulumi.Input<T[K]> };
type Options = pulumi.CustomResourceOptions;

export class DockerImage extends pulumi.CustomResource {
  declare readonly imageId: pulumi.Output<string>;

  constructor(name: string, inputs: Inputs<DockerImageInputs>, options: Options = {}) {
    super("testbed:docker:Image", name, { ...inputs, imageId: undefined, seconds: undefined }, options);
  }
}

export class DockerHost extends pulumi.CustomResource {
  declare readonly privileged: pulumi.Output<boolean>;
  declare readonly reason: pulumi.Output<string>;
  declare readonly network: pulumi.Output<string>;
  declare readonly joinToken: pulumi.Output<string>;
  declare readonly engineVersion: pulumi.Output<string>;

  constructor(name: string, inputs: Inputs<DockerHostInputs>, options: Options = {}) {
    const outputs = {
      privileged: undefined,
      reason: undefined,
      network: undefined,
      joinToken: undefined,
      engineVersion: undefined,
    };
    super(
      "testbed:docker:Host",
      name,
      { ...inputs, ...outputs },
      { ...options, additionalSecretOutputs: ["joinToken"] },
    );
  }
}

export class K3sContainers extends pulumi.CustomResource {
  /** Secret: it holds the key of the administrator. */
  declare readonly kubeconfig: pulumi.Output<string>;
  declare readonly ports: pulumi.Output<Record<string, number>>;
  /** Of the server, where this machine reaches it without a published port. */
  declare readonly address: pulumi.Output<string | null>;
  declare readonly readySeconds: pulumi.Output<number>;

  constructor(name: string, inputs: Inputs<ContainersInputs>, options: Options = {}) {
    const outputs = { kubeconfig: undefined, ports: undefined, address: undefined, readySeconds: undefined };
    super(
      "testbed:k3s:Containers",
      name,
      { ...inputs, ...outputs },
      { ...options, additionalSecretOutputs: ["kubeconfig"] },
    );
  }
}

export class K3sContainerImage extends pulumi.CustomResource {
  /** As a pod names it: by digest. */
  declare readonly reference: pulumi.Output<string>;

  /** The node keeps an image until it goes itself: the next deployment finds it there. */
  constructor(name: string, inputs: Inputs<ContainerImageInputs>, options: Options = {}) {
    const outputs = { reference: undefined, seconds: undefined };
    super(
      "testbed:k3s:ContainerImage",
      name,
      { ...inputs, ...outputs },
      { ...options, retainOnDelete: true },
    );
  }
}

export class RegistryImage extends pulumi.CustomResource {
  /** As a pod names it: by digest. */
  declare readonly reference: pulumi.Output<string>;

  constructor(name: string, inputs: Inputs<RegistryImageInputs>, options: Options = {}) {
    const outputs = { reference: undefined, sentBytes: undefined, seconds: undefined };
    super("testbed:registry:Image", name, { ...inputs, ...outputs }, options);
  }
}
