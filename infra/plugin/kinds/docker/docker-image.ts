/** The resource `testbed:docker:Image`: an image built here, in the store of a Docker engine. */
import { spawn } from "node:child_process";
import { z } from "zod";
import { openEngine } from "../../../docker/engine.ts";
import type { ResourceKind } from "../resource.ts";

export const dockerImageInputs = z.strictObject({
  /** Repository and tag. */
  name: z.string(),
  /** Folder of an image layout that is also what `docker save` writes. */
  layout: z.string(),
  /** Of the manifest. */
  digest: z.string().startsWith("sha256:"),
});
export type DockerImageInputs = z.infer<typeof dockerImageInputs>;

export const dockerImageState = dockerImageInputs.extend({
  /** As the engine names it. */
  imageId: z.string(),
  seconds: z.number(),
});
export type DockerImageState = z.infer<typeof dockerImageState>;

export const dockerImageKind: ResourceKind<DockerImageInputs, DockerImageState> = {
  inputs: dockerImageInputs,
  state: dockerImageState,
  id: ({ imageId }) => imageId,

  async create(inputs, signal) {
    const started = performance.now();
    const engine = openEngine();
    const path = `/images/${inputs.name}/json`;
    if ((await engine.find(path)) === null) {
      const archive = spawn("tar", ["--create", "--directory", inputs.layout, "."], {
        stdio: ["ignore", "pipe", "inherit"],
        signal,
      });
      archive.once("error", () => undefined); // An interrupt: the engine refuses half an archive.
      // An engine that refused ends the writer too, which would wait for a reader.
      await engine.send("/images/load?quiet=1", archive.stdout).finally(() => archive.stdout.destroy());
    }
    const found = await engine.find(path);
    if (found === null)
      throw new Error(`the Docker engine took the archive of ${inputs.name} but does not have that image`);
    return { ...inputs, imageId: found.Id, seconds: (performance.now() - started) / 1000 };
  },

  isThere: async ({ imageId }) => (await openEngine().find(`/images/${imageId}/json`)) !== null,

  async remove({ name }) {
    await openEngine()
      .ask("DELETE", `/images/${name}`)
      .catch((error) => {
        // Gone, or in use by a container that is not of this stack.
        if (error.status !== 404 && error.status !== 409) throw error;
      });
  },
};
