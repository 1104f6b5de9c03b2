/** The `testbed` Pulumi provider: the engine's calls, mapped to the functions of each kind of resource. */
import { isDeepStrictEqual } from "node:util";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import type { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { unwrapped } from "./engine-values.ts";
import { dockerHostKind } from "./kinds/docker/docker-host.ts";
import { dockerImageKind } from "./kinds/docker/docker-image.ts";
import { containerImageKind } from "./kinds/k3s/k3s-container-image.ts";
import { containersKind } from "./kinds/k3s/k3s-containers.ts";
import { imageKind } from "./kinds/k3s/k3s-image.ts";
import { nodeKind } from "./kinds/k3s/k3s-node.ts";
import { serviceKind } from "./kinds/process/service.ts";
import { registryImageKind } from "./kinds/registry/registry-image.ts";
import type { ResourceKind } from "./kinds/resource.ts";

/** The kinds by type. A new one is one file and one line here. */
const kinds: Readonly<Record<string, AnyKind>> = {
  "testbed:process:Service": serviceKind as unknown as AnyKind,
  "testbed:k3s:Node": nodeKind as unknown as AnyKind,
  "testbed:k3s:Image": imageKind as unknown as AnyKind,
  "testbed:k3s:Containers": containersKind as unknown as AnyKind,
  "testbed:k3s:ContainerImage": containerImageKind as unknown as AnyKind,
  "testbed:docker:Host": dockerHostKind as unknown as AnyKind,
  "testbed:docker:Image": dockerImageKind as unknown as AnyKind,
  "testbed:registry:Image": registryImageKind as unknown as AnyKind,
};

// biome-ignore lint/suspicious/noExplicitAny: a kind parses what it is given; the record cannot know its types.
type AnyKind = ResourceKind<any, any>;

export function testbedProvider(): Provider & { cancel(): Promise<void> } {
  const cancelled = new AbortController();
  return {
    version: packageJson.version,

    async check(urn, _olds, news) {
      const parsed = kindOf(urn).inputs.safeParse(unwrapped(news));
      // What is secret stays so: the inputs go back as they came.
      return parsed.success
        ? { inputs: news }
        : { inputs: news, failures: parsed.error.issues.map(toFailure) };
    },

    // Anything that differs is another resource: CPU is the limit, so the old one goes first.
    async diff(_id, _urn, olds, news) {
      const [before, after] = [olds, news].map((props) => unwrapped(props) as Record<string, unknown>);
      const replaces = Object.keys(after!).filter((key) => !isDeepStrictEqual(before![key], after![key]));
      return { changes: replaces.length > 0, replaces, deleteBeforeReplace: true };
    },

    async create(urn, inputs) {
      const kind = kindOf(urn);
      const state = await kind.create(kind.inputs.parse(unwrapped(inputs)), cancelled.signal);
      return { id: kind.id(state), outs: state };
    },

    // An empty id tells the engine that the resource is gone. Gone is gone: workers that outlived a killed
    // supervisor would hold the port and a core, and would no longer be recorded anywhere.
    async read(id, urn, props) {
      const kind = kindOf(urn);
      const state = kind.state.safeParse(unwrapped(props));
      if (!state.success) return { id: "", props: {} };
      if (await kind.isThere(state.data)) return { id, props };
      await kind.remove(state.data);
      return { id: "", props: {} };
    },

    async delete(_id, urn, props) {
      const kind = kindOf(urn);
      await kind.remove(kind.state.parse(unwrapped(props)));
    },

    /** The engine was interrupted: what is still starting is stopped. */
    async cancel() {
      cancelled.abort(new Error("interrupted"));
    },
  };
}

/** @param urn `urn:pulumi:<stack>::<project>::<types, parents first, $ between>::<name>` */
function kindOf(urn: string): AnyKind {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`the testbed provider has no resource ${type || urn}`);
  return kind;
}

function toFailure({ path, message }: z.core.$ZodIssue) {
  return { property: path.join("."), reason: message };
}
