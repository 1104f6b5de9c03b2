/** The `testbed` Pulumi provider: the engine's calls, mapped to the resource's functions. */
import { isDeepStrictEqual } from "node:util";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import packageJson from "../../package.json" with { type: "json" };
import { createService, deleteService, serviceInputs, serviceIsAlive, serviceState } from "./service.ts";

export const serviceType = "testbed:process:Service";

export function testbedProvider(): Provider & { cancel(): Promise<void> } {
  const cancelled = new AbortController();
  return {
    version: packageJson.version,

    async check(_urn, _olds, news) {
      const parsed = serviceInputs.safeParse(news);
      return parsed.success
        ? { inputs: parsed.data }
        : {
            inputs: news,
            failures: parsed.error.issues.map(({ path, message }) => ({
              property: path.join("."),
              reason: message,
            })),
          };
    },

    // Anything that differs is another service: CPU is the limit, so the old one goes first.
    async diff(_id, _urn, olds, news) {
      const replaces = Object.keys(news).filter((key) => !isDeepStrictEqual(olds[key], news[key]));
      return { changes: replaces.length > 0, replaces, deleteBeforeReplace: true };
    },

    async create(_urn, inputs) {
      const state = await createService(serviceInputs.parse(inputs), cancelled.signal);
      return { id: `${state.pid}@${state.startTime}`, outs: state };
    },

    // An empty id tells the engine that the resource is gone. Gone is gone: workers that outlived a killed
    // supervisor would hold the port and a core, and nobody would know them any more.
    async read(id, _urn, props) {
      const state = serviceState.safeParse(props);
      if (!state.success) return { id: "", props: {} };
      if (serviceIsAlive(state.data)) return { id, props: state.data };
      await deleteService(state.data);
      return { id: "", props: {} };
    },

    async delete(_id, _urn, props) {
      await deleteService(serviceState.parse(props));
    },

    /** The engine was interrupted: a service that is still starting is stopped. */
    async cancel() {
      cancelled.abort(new Error("interrupted"));
    },
  };
}
