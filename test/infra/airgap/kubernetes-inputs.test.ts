/** The pure parts of the stand-in for the kubernetes plugin; the rest is shown on a real node in test/live. */
import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../infra/airgap/kubernetes/api/cluster.ts";
import { type KubernetesObject, quantity } from "../../../infra/airgap/kubernetes/api/object.ts";
import {
  completeInputs,
  differenceOf,
  failuresOf,
  observedInputs,
} from "../../../infra/airgap/kubernetes/inputs.ts";
import { deployment } from "../../../infra/airgap/kubernetes/kinds/deployment.ts";
import { applyAndWait, deleteAndWait, NotReady } from "../../../infra/airgap/kubernetes/lifecycle.ts";
import { stateOf } from "../../../infra/airgap/kubernetes/service.ts";

const urn = (type: string, name = "thing") => `urn:pulumi:s::p::testbed:x:Stack$kubernetes:${type}::${name}`;
const configMap = urn("core/v1:ConfigMap", "Settings");
const map = (data: Record<string, string>, metadata = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata,
  data,
});

describe("names", () => {
  it("are made once and kept, so that a second up changes nothing", () => {
    const first = completeInputs(configMap, {}, map({ a: "1" }), "default", () => "0badcafe");
    expect(first.metadata).toMatchObject({ name: "settings-0badcafe", namespace: "default" });
    const second = completeInputs(configMap, first, map({ a: "1" }), "default", () => "ffffffff");
    expect(second).toEqual(first);
  });

  it("that are given are left alone, and so is a namespace", () => {
    const given = map({}, { name: "mine", namespace: "here" });
    expect(completeInputs(configMap, {}, given, "default")).toEqual(given);
  });

  it("of a cluster's own objects have no namespace", () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } };
    expect(completeInputs(urn("core/v1:Namespace"), {}, namespace, "default")).toEqual(namespace);
  });
});

describe("what the engine keeps of an object", () => {
  const ofKind = (kind: string) => {
    const inputs = { stringData: { TOKEN: "s3cr3t" } };
    const live = { apiVersion: "v1", kind, metadata: { name: "x" } };
    return stateOf(live, inputs, "testbed-1").__inputs;
  };

  it("holds the inputs of a Secret as a secret, and those of others as they are", () => {
    expect(ofKind("Secret")).toEqual({
      // As the engine's protocol marks one.
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: { stringData: { TOKEN: "s3cr3t" } },
    });
    expect(ofKind("ConfigMap")).toEqual({ stringData: { TOKEN: "s3cr3t" } });
  });
});

describe("what the stand-in cannot do", () => {
  it("is refused by type, naming what it knows", () => {
    expect(() => failuresOf(urn("networking.k8s.io/v1:Ingress"), {})).toThrow(
      /does not support kubernetes:networking.k8s.io\/v1:Ingress; it supports .*Deployment/,
    );
  });

  it("is refused by setting", () => {
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s" },
      spec: { type: "LoadBalancer" },
    };
    expect(failuresOf(urn("core/v1:Service"), service)).toEqual([
      expect.objectContaining({ reason: expect.stringContaining("LoadBalancer") }),
    ]);
  });

  it("a name that Kubernetes would refuse is refused before anything is created", () => {
    expect(failuresOf(configMap, map({}, { name: "Not_A_Label" }))).toHaveLength(1);
  });
});

describe("a difference", () => {
  const named = { name: "n", namespace: "x" };
  const deploymentUrn = urn("apps/v1:Deployment");

  it("of a map's data makes a new map; under a given name the old one goes first", () => {
    const difference = differenceOf(configMap, map({ a: "1" }, named), map({ a: "2" }, named));
    expect(difference).toEqual({ changed: ["data.a"], replaces: ["data.a"], deleteBeforeReplace: true });
  });

  it("of a deployment's replicas is an update, of its selector a new deployment", () => {
    const before = { metadata: named, spec: { replicas: 1, selector: { matchLabels: { a: "b" } } } };
    expect(
      differenceOf(deploymentUrn, before, { ...before, spec: { ...before.spec, replicas: 2 } }),
    ).toMatchObject({ changed: ["spec.replicas"], replaces: [] });
    const other = { ...before, spec: { ...before.spec, selector: { matchLabels: { a: "c" } } } };
    expect(differenceOf(deploymentUrn, before, other).replaces).toEqual(["spec.selector.matchLabels.a"]);
  });

  it("of nothing is none", () => {
    expect(differenceOf(configMap, map({ a: "1" }, named), map({ a: "1" }, named)).changed).toEqual([]);
  });
});

describe("what a read object says of its inputs", () => {
  it("shows a field that somebody changed, and not those that the server filled in", () => {
    const inputs = { spec: { replicas: 1, template: { containers: [{ name: "c" }] } } };
    const live = {
      spec: { replicas: 2, paused: false, template: { containers: [{ name: "c", tty: false }] } },
    };
    expect(observedInputs(inputs, live)).toEqual({
      spec: { replicas: 2, template: { containers: [{ name: "c" }] } },
    });
  });

  it("takes the server's way of writing an amount for the same amount", () => {
    expect(observedInputs({ cpu: "1000m", memory: "1024Mi" }, { cpu: "1", memory: "1Gi" })).toEqual({
      cpu: "1000m",
      memory: "1024Mi",
    });
    expect(["500m", "2", "1k", "1Ki", "3M", "3Mi", "2Gi", "x"].map(quantity)).toEqual([
      0.5,
      2,
      1000,
      1024,
      3e6,
      3 * 2 ** 20,
      2 ** 31,
      null,
    ]);
  });
});

describe("waiting", () => {
  const wait = { timeoutMs: 1_000, pollMs: 1, signal: new AbortController().signal };
  const wanted = object({});

  function object(status: unknown): KubernetesObject {
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d", namespace: "n", generation: 2 },
      spec: { replicas: 2, selector: { matchLabels: { a: "b" } } },
      status,
    };
  }
  const full = { updatedReplicas: 2, availableReplicas: 2, replicas: 2 };

  /** Shows one state after the other, the last for ever. */
  function cluster(states: (KubernetesObject | null)[], pods: unknown[] = []): Cluster {
    let seen = 0;
    const next = () => states[Math.min(seen++, states.length - 1)]!;
    return {
      apply: async () => next(),
      read: async () => next(),
      delete: async () => {},
      pods: async () => pods,
      endpointSlices: async () => [],
    };
  }

  it("ends when the deployment that was asked for is available, not an older generation of it", async () => {
    const stale = object({ ...full, observedGeneration: 1 });
    const ready = object({ ...full, observedGeneration: 2 });
    const live = await applyAndWait(cluster([stale, stale, ready]), deployment, wanted, owner, wait);
    expect(live).toBe(ready);
  });

  it("ends at once where a pod can never start, and keeps the object for the next up", async () => {
    const pod = {
      metadata: { name: "p" },
      status: {
        containerStatuses: [{ state: { waiting: { reason: "ErrImageNeverPull", message: "no x" } } }],
      },
    };
    const failure = applyAndWait(cluster([object({})], [pod]), deployment, wanted, owner, wait);
    await expect(failure).rejects.toThrow(/pod p: ErrImageNeverPull: no x/);
    await expect(failure).rejects.toBeInstanceOf(NotReady);
  });

  it("ends where the rollout is given up, with what each pod waits for", async () => {
    const pods = [
      {
        metadata: { name: "p" },
        status: {
          conditions: [{ type: "Ready", status: "False", message: "containers with unready status: [c]" }],
          containerStatuses: [{ state: { running: {} }, started: false, restartCount: 2 }],
        },
      },
      { metadata: { name: "q" }, status: { conditions: [{ type: "Ready", status: "True" }] } },
    ];
    const given = { reason: "ProgressDeadlineExceeded", message: "it has timed out" };
    const conditions = [{ type: "Progressing", status: "False", ...given }];
    const upOf = (observedGeneration: number, then: unknown = {}) => {
      const states = [object({ conditions, observedGeneration }), object(then)];
      return applyAndWait(cluster(states, pods), deployment, wanted, owner, wait);
    };
    await expect(upOf(2)).rejects.toThrow(
      /ProgressDeadlineExceeded: it has timed out; pod p: it is running, but its startup probe has not passed, after 2 restarts$/,
    );
    // Of the generation before, the next up is not the failure of the last one.
    await expect(upOf(1, { ...full, observedGeneration: 2 })).resolves.toMatchObject({ status: full });
  });

  it("ends at its limit with what is still missing", async () => {
    const slow = { ...wait, timeoutMs: 20 };
    await expect(
      applyAndWait(cluster([object({ availableReplicas: 1 })]), deployment, wanted, owner, slow),
    ).rejects.toThrow(/not ready after 0.02 s: 1 of 2 replicas are available/);
  });

  it("for a deletion ends when the object is gone", async () => {
    await deleteAndWait(cluster([wanted, wanted, null]), deployment, wanted, wait);
    await expect(
      deleteAndWait(cluster([wanted]), deployment, wanted, { ...wait, timeoutMs: 10 }),
    ).rejects.toThrow(/still there/);
  });

  const owner = { fieldManager: "test", force: false };
});
