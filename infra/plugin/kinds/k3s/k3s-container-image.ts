/** The resource `testbed:k3s:ContainerImage`: an image built here, in the store of a K3s node that is a container. */
import { spawn } from "node:child_process";
import { z } from "zod";
import { openEngine } from "../../../docker/engine.ts";
import type { ResourceKind } from "../resource.ts";
import { ctrOptions } from "./containerd.ts";

export const containerImageInputs = z.strictObject({
  /** Repository and tag. */
  name: z.string(),
  /** Folder of an image layout. */
  layout: z.string(),
  /** Of the manifest. */
  digest: z.string().startsWith("sha256:"),
  /** The node: another one has another store. */
  container: z.string(),
});
export type ContainerImageInputs = z.infer<typeof containerImageInputs>;

export const containerImageState = containerImageInputs.extend({
  /** As a pod names it: by digest. */
  reference: z.string(),
  seconds: z.number(),
});
export type ContainerImageState = z.infer<typeof containerImageState>;

const ctr = ["ctr", ...ctrOptions(), "images"];

export const containerImageKind: ResourceKind<ContainerImageInputs, ContainerImageState> = {
  inputs: containerImageInputs,
  state: containerImageState,
  id: ({ digest, container }) => `${digest} on ${container.slice(0, 12)}`,

  async create(inputs, signal) {
    const started = performance.now();
    const reference = `${inputs.name.split(":")[0]}@${inputs.digest}`;
    if (!(await references(inputs)).includes(reference)) {
      const archive = spawn("tar", ["--create", "--directory", inputs.layout, "."], {
        stdio: ["ignore", "pipe", "inherit"],
        signal,
      });
      archive.once("error", () => undefined); // An interrupt: half an archive is refused.
      await openEngine()
        .run(inputs.container, [...ctr, "import", "--no-unpack=false", "-"], archive.stdout)
        // A reader that failed ends the writer too, which would wait for a reader.
        .finally(() => archive.stdout.destroy());
    }
    return { ...inputs, reference, seconds: (performance.now() - started) / 1000 };
  },

  isThere: async (state) => (await references(state)).includes(state.reference),

  /** A node that is gone has taken its images with it. */
  async remove(state) {
    if (!(await references(state)).includes(state.reference)) return;
    await openEngine().run(state.container, [...ctr, "rm", "--sync", state.name, state.reference]);
  },
};

/** Names in the node's store; none where the node does not answer. */
async function references({ container }: ContainerImageInputs): Promise<readonly string[]> {
  return openEngine()
    .run(container, [...ctr, "ls", "--quiet"])
    .then(
      (text) => text.split("\n"),
      () => [],
    );
}
