import { z } from "zod";
import type { Kind } from "./kind.ts";
import { removed } from "./volume.ts";

const inputs = z.strictObject({
  /** With a tag or a digest. */
  name: z.string(),
  /** Left in the engine's store when the resource goes. */
  keepLocally: z.boolean().default(false),
});

export const remoteImage: Kind<z.infer<typeof inputs>> = {
  inputs,
  async create({ name }, engine) {
    const path = `/images/${encodeURI(name)}/json`;
    if ((await engine.find(path)) === null) {
      await engine.ask("POST", `/images/create?fromImage=${encodeURIComponent(name)}`).catch((error) => {
        // The answer is one line of JSON for each step, which is not one JSON; whether it is there is asked below.
        if (!(error instanceof SyntaxError)) throw error;
      });
    }
    const found = await engine.find(path);
    if (found === null) throw new Error(`the engine could not pull ${name}`);
    return { id: `${found.Id}${name}`, outputs: { imageId: found.Id } };
  },
  async read(_, { name }, engine) {
    const found = await engine.find(`/images/${encodeURI(name)}/json`);
    return found === null ? null : { imageId: found.Id };
  },
  async remove(_, { name, keepLocally }, engine) {
    if (!keepLocally) await removed(engine, `/images/${encodeURI(name)}`);
  },
};
