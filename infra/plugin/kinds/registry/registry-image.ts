/** The resource `testbed:registry:Image`: an image built here, in a registry from which a cluster pulls it. */
import { z } from "zod";
import { digestAt, pushLayout, referenceAt, repositoryOf } from "../../../images/oci/registry.ts";
import type { ResourceKind } from "../resource.ts";

export const registryImageInputs = z.strictObject({
  /** Repository and tag, as it was made here. */
  name: z.string(),
  /** Folder of an image layout. */
  layout: z.string(),
  /** Of the manifest. */
  digest: z.string().startsWith("sha256:"),
  /** As the user names it. */
  registry: z.string(),
});
export type RegistryImageInputs = z.infer<typeof registryImageInputs>;

export const registryImageState = registryImageInputs.extend({
  /** As a pod names it: by digest. */
  reference: z.string(),
  sentBytes: z.number(),
  seconds: z.number(),
});
export type RegistryImageState = z.infer<typeof registryImageState>;

export const registryImageKind: ResourceKind<RegistryImageInputs, RegistryImageState> = {
  inputs: registryImageInputs,
  state: registryImageState,
  id: ({ reference }) => reference,

  async create(inputs, signal) {
    const started = performance.now();
    const repository = repositoryFor(inputs);
    const sentBytes = await pushLayout(repository, inputs.layout, inputs.digest, signal);
    const reference = referenceAt(repository, inputs.digest);
    return { ...inputs, reference, sentBytes, seconds: (performance.now() - started) / 1000 };
  },

  isThere: async (state) => (await digestAt(repositoryFor(state), state.digest)) === state.digest,

  // Other stacks may name it by the same digest, and it is the registry's owner who cleans up there.
  remove: async () => undefined,
};

/** What was made here has a name of this machine's own in front. */
function repositoryFor({ registry, name }: RegistryImageInputs) {
  return repositoryOf(registry, name.split(":")[0]!.replace(/^testbed\.local\//, "testbed/"));
}
