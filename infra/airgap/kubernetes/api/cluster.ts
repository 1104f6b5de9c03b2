/** The API server, through the official client: apply, read, delete, and the reads that show whether pods are well. */
import {
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
} from "@kubernetes/client-node";
import { ObjectSerializer } from "@kubernetes/client-node/dist/serializer.js";
import { messageOf } from "../../../../errors/errors.ts";
import type { KubernetesObject } from "./object.ts";

export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export type KindName = Pick<ObjectName, "apiVersion" | "kind">;

export interface Owner {
  readonly fieldManager: string;
  /** Take back fields that others have set; otherwise such a conflict is an error. */
  readonly force: boolean;
}

export interface Cluster {
  /** Server-side apply. */
  apply(object: KubernetesObject, owner: Owner): Promise<KubernetesObject>;
  /** @returns null where it does not exist */
  read(name: ObjectName): Promise<KubernetesObject | null>;
  /** Begins the deletion; an object that does not exist is deleted already. */
  delete(name: ObjectName, propagation: "Foreground" | "Background"): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: parts of the API's own types, read with care by the kinds.
  pods(namespace: string, labels: Readonly<Record<string, string>>): Promise<readonly any[]>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  endpointSlices(namespace: string, service: string): Promise<readonly any[]>;
}

/** No answer from the API server, as against an answer that says no. */
export class Unreachable extends Error {}

/**
 * Objects go as they are. The client would write them by its own types, which call `from` and `default` otherwise and leave out
 * what they do not know: a network policy without its `from` lets everybody in.
 */
function writeAsTheyAre(kinds: readonly KindName[]): void {
  ObjectSerializer.clearModelRegistry();
  for (const { apiVersion, kind } of kinds) {
    const [group = "", version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
    const asItIs = { serialize: (data: unknown) => data, deserialize: (data: unknown) => data };
    ObjectSerializer.registerModel({ group, version: version!, kind }, asItIs as never);
  }
}

/** @param kubeconfig its text @param context empty: the current one @param kinds of the objects that go there */
export function openCluster(kubeconfig: string, context: string, kinds: readonly KindName[]): Cluster {
  writeAsTheyAre(kinds);
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  if (context !== "") config.setCurrentContext(context);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const core = config.makeApiClient(CoreV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  return {
    async apply(object, { fieldManager, force }) {
      const patched = objects.patch(
        // The client's type wants less than there is.
        object as never,
        undefined,
        undefined,
        fieldManager,
        force,
        PatchStrategy.ServerSideApply,
      );
      return plain(await told(patched));
    },

    async read(name) {
      try {
        return plain(await told(objects.read(name as never)));
      } catch (error) {
        if (codeOf(error) === 404) return null;
        throw error;
      }
    },

    async delete(name, propagation) {
      try {
        await told(objects.delete(name as never, undefined, undefined, undefined, undefined, propagation));
      } catch (error) {
        if (codeOf(error) !== 404) throw error;
      }
    },

    async pods(namespace, labels) {
      const labelSelector = Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
      return (await told(core.listNamespacedPod({ namespace, labelSelector }))).items;
    },

    async endpointSlices(namespace, service) {
      const labelSelector = `kubernetes.io/service-name=${service}`;
      return (await told(discovery.listNamespacedEndpointSlice({ namespace, labelSelector }))).items;
    },
  };
}

/** The API server's own sentence as the error's message. */
class Refused extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const answeredWithinMs = 30_000;

async function told<T>(call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  // A cluster whose machine is gone refuses nothing: it is silent, and the client would wait for minutes.
  const silent = new Promise<never>((_, reject) => {
    const cause = () => new Error(`silent for ${answeredWithinMs / 1000} s`);
    timer = setTimeout(() => reject(cause()), answeredWithinMs);
  });
  try {
    return await Promise.race([call, silent]);
  } catch (error) {
    const { code, body } = error as { code?: unknown; body?: unknown };
    if (typeof code === "number") throw new Refused(code, sentence(body) ?? String(error));
    const cause = messageOf(error);
    throw new Unreachable(`the API server does not answer: ${cause}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function sentence(body: unknown): string | null {
  try {
    const status = typeof body === "string" ? JSON.parse(body) : body;
    return typeof status?.message === "string" ? status.message : null;
  } catch {
    return null;
  }
}

function codeOf(error: unknown): number | null {
  return error instanceof Refused ? error.code : null;
}

/** The client makes dates of some strings; an engine's state has none. */
function plain(object: unknown): KubernetesObject {
  return JSON.parse(JSON.stringify(object));
}
