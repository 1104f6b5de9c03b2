import { z } from "zod";
import type { DockerEngine } from "../../../docker/engine.ts";
import type { Kind } from "./kind.ts";
import { labels, labelsOf } from "./labels.ts";

const inputs = z.strictObject({ name: z.string(), labels });

export const volume: Kind<z.infer<typeof inputs>> = {
  inputs,
  async create({ name, labels }, engine) {
    const { Mountpoint } = await engine.ask("POST", "/volumes/create", {
      Name: name,
      Labels: labelsOf(labels),
    });
    return { id: name, outputs: { mountpoint: Mountpoint } };
  },
  async read(id, _, engine) {
    const found = await engine.find(`/volumes/${id}`);
    return found === null ? null : { mountpoint: found.Mountpoint };
  },
  remove: (id, _, engine) => removed(engine, `/volumes/${id}`),
};

/** What is not there any more is removed. */
export async function removed(engine: DockerEngine, path: string): Promise<void> {
  await engine.ask("DELETE", path).catch((error) => {
    if (error.status !== 404) throw error;
  });
}
