/**
 * The engine's protocol, as far as the stand-in's kinds need it. Written on the protocol itself, because the SDK's
 * own server for providers does not pass their configuration on, and a kubeconfig is one.
 */
import { randomBytes } from "node:crypto";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { wrapped } from "../../plugin/engine-values.ts";
import { type Cluster, Unreachable } from "./api/cluster.ts";
import type { JsonObject, KubernetesObject } from "./api/object.ts";
import { type Configuration, changedKeys, readConfiguration } from "./configuration.ts";
import { completeInputs, differenceOf, failuresOf, kindOf, observedInputs } from "./inputs.ts";
import { applyAndWait, deleteAndWait, NotReady, nameOf, type Wait } from "./lifecycle.ts";
import { answer, holdsUnknown, initFailed, toStruct, valuesOf } from "./messages.ts";

const defaultTimeoutSeconds = 300;
const inputsKey = "__inputs";
const managerKey = "__fieldManager";

export interface Engine {
  log(severity: "info" | "warning", message: string, urn: string): void;
}

export function standInService(version: string, engine: () => Engine | null): UntypedServiceImplementation {
  const cancelled = new AbortController();
  let configured: Configuration | null = null;
  const configuration = () => {
    if (configured === null) throw new Error("the provider was not configured");
    return configured;
  };
  const cluster = (): Cluster => configuration().cluster();
  const waitFor = (timeoutSeconds: number, urn: string): Wait => ({
    timeoutMs: (timeoutSeconds > 0 ? timeoutSeconds : defaultTimeoutSeconds) * 1000,
    signal: cancelled.signal,
    report: (why) => engine()?.log("info", why, urn),
  });

  return {
    getPluginInfo: answer(async () => {
      const response = new plugin.PluginInfo();
      response.setVersion(version);
      return response;
    }),

    checkConfig: answer(async (request: InstanceType<typeof proto.CheckRequest>) => {
      const response = new proto.CheckResponse();
      const news = valuesOf(request.getNews());
      response.setInputs(toStruct(news));
      if (news.kubeconfig === undefined) {
        const failure = new proto.CheckFailure();
        failure.setProperty("kubeconfig");
        failure.setReason("required: the provider reaches only the cluster that the program names");
        response.setFailuresList([failure]);
      }
      return response;
    }),

    diffConfig: answer(async (request: InstanceType<typeof proto.DiffRequest>) => {
      const response = new proto.DiffResponse();
      const before = valuesOf(request.getOldInputs() ?? request.getOlds());
      const after = valuesOf(request.getNews());
      const changed = changedKeys(before, after);
      response.setDiffsList(changed);
      response.setChanges(changed.length > 0 ? diffChanges.DIFF_SOME : diffChanges.DIFF_NONE);
      // Another cluster: its objects are other objects.
      if (changed.includes("clusterIdentifier")) response.setReplacesList(["clusterIdentifier"]);
      return response;
    }),

    configure: answer(async (request: InstanceType<typeof proto.ConfigureRequest>) => {
      configured = readConfiguration(valuesOf(request.getArgs()));
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(false);
      response.setSupportspreview(true);
      engine()?.log(
        "info",
        "kubernetes: a stand-in of the testbed, not the official plugin; it supports the types that the testbed uses",
        "",
      );
      return response;
    }),

    check: answer(async (request: InstanceType<typeof proto.CheckRequest>) => {
      const urn = request.getUrn();
      const olds = valuesOf(request.getOlds());
      const news = valuesOf(request.getNews());
      const inputs = completeInputs(urn, olds, news, configuration().namespace);
      const response = new proto.CheckResponse();
      response.setInputs(toStruct(inputs));
      response.setFailuresList(
        failuresOf(urn, inputs).map(({ property, reason }) => {
          const failure = new proto.CheckFailure();
          failure.setProperty(property);
          failure.setReason(reason);
          return failure;
        }),
      );
      return response;
    }),

    diff: answer(async (request: InstanceType<typeof proto.DiffRequest>) => {
      const before = valuesOf(request.getOldInputs() ?? request.getOlds());
      const after = valuesOf(request.getNews());
      const difference = differenceOf(request.getUrn(), before, after);
      const response = new proto.DiffResponse();
      response.setDiffsList([...difference.changed]);
      response.setReplacesList([...difference.replaces]);
      response.setDeletebeforereplace(difference.deleteBeforeReplace);
      response.setChanges(difference.changed.length > 0 ? diffChanges.DIFF_SOME : diffChanges.DIFF_NONE);
      return response;
    }),

    create: answer(async (request: InstanceType<typeof proto.CreateRequest>) => {
      const urn = request.getUrn();
      const inputs = valuesOf(request.getProperties());
      const response = new proto.CreateResponse();
      if (request.getPreview() || holdsUnknown(inputs)) {
        response.setProperties(toStruct(inputs));
        return response;
      }
      const manager = `testbed-${randomBytes(4).toString("hex")}`;
      const live = await applied(configuration(), urn, inputs, manager, waitFor(request.getTimeout(), urn));
      response.setId(nameOf(live));
      response.setProperties(toStruct(stateOf(live, inputs, manager)));
      return response;
    }),

    update: answer(async (request: InstanceType<typeof proto.UpdateRequest>) => {
      const urn = request.getUrn();
      const inputs = valuesOf(request.getNews());
      const olds = valuesOf(request.getOlds());
      const response = new proto.UpdateResponse();
      if (request.getPreview() || holdsUnknown(inputs)) {
        response.setProperties(toStruct({ ...olds, ...inputs }));
        return response;
      }
      const manager = managerOf(olds);
      const live = await applied(configuration(), urn, inputs, manager, waitFor(request.getTimeout(), urn));
      response.setProperties(toStruct(stateOf(live, inputs, manager)));
      return response;
    }),

    read: answer(async (request: InstanceType<typeof proto.ReadRequest>) => {
      const kind = kindOf(request.getUrn());
      const state = valuesOf(request.getProperties());
      const inputs = valuesOf(request.getInputs());
      const response = new proto.ReadResponse();
      const live = await cluster().read(named(kind, request.getId()));
      // An empty id says that it is gone.
      if (live === null) return response;
      const observed = observedInputs(inputs, live as unknown as JsonObject);
      response.setId(request.getId());
      response.setInputs(toStruct(observed));
      response.setProperties(toStruct(stateOf(live, observed, managerOf(state))));
      return response;
    }),

    delete: answer(async (request: InstanceType<typeof proto.DeleteRequest>) => {
      const urn = request.getUrn();
      const kind = kindOf(urn);
      const id = request.getId();
      try {
        await deleteAndWait(cluster(), kind, named(kind, id), waitFor(request.getTimeout(), urn));
      } catch (error) {
        if (!(error instanceof Unreachable) || !configuration().deleteUnreachable) throw error;
        engine()?.log("warning", `${id} is treated as deleted, because its cluster no longer answers`, urn);
      }
      return new empty.Empty();
    }),

    cancel: answer(async () => {
      cancelled.abort(new Error("interrupted"));
      return new empty.Empty();
    }),
  };
}

const { DiffChanges: diffChanges } = proto.DiffResponse;

async function applied(
  configuration: Configuration,
  urn: string,
  inputs: JsonObject,
  manager: string,
  wait: Wait,
): Promise<KubernetesObject> {
  try {
    const owner = { fieldManager: manager, force: configuration.patchForce };
    const object = inputs as unknown as KubernetesObject;
    return await applyAndWait(configuration.cluster(), kindOf(urn), object, owner, wait);
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    throw initFailed(error, stateOf(error.live, inputs, manager));
  }
}

/** What the engine keeps of an object. */
export function stateOf(live: KubernetesObject, inputs: JsonObject, manager: string): JsonObject {
  // What the server notes for itself says nothing to a program and changes on every touch.
  const { managedFields: _, ...metadata } = live.metadata as Record<string, unknown>;
  // What the program marked as secret is marked again by its name alone, and this is another name.
  const kept = live.kind === "Secret" ? wrapped(inputs) : inputs;
  return { ...live, metadata, [inputsKey]: kept, [managerKey]: manager } as unknown as JsonObject;
}

function managerOf(state: JsonObject): string {
  const manager = state[managerKey];
  return typeof manager === "string" ? manager : "testbed";
}

function named({ apiVersion, kind, namespaced }: ReturnType<typeof kindOf>, id: string) {
  const [first = "", second] = id.split("/");
  return namespaced
    ? { apiVersion, kind, metadata: { namespace: first, name: second ?? "" } }
    : { apiVersion, kind, metadata: { name: first } };
}
