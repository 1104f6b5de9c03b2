/**
 * The pods of a load job, controlled by the runner through the API server, and so on any cluster: each pod gets its
 * requests, all become ready, all start at one instant; the samples of each are fetched completely and checked by
 * digest, and only then may the pod end.
 */
import { createHash } from "node:crypto";
import https from "node:https";
import { deserialize } from "node:v8";
import { CoreV1Api, KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { TestbedError } from "../../../../errors/errors.ts";
import type { Handed, ShareResult } from "../../../../workloads/drive/share.ts";
import { digestHeader, packed } from "../../../../workloads/drive/worker-api.ts";
import { loadPort } from "../../../components/load-job.ts";
import { pause } from "../../../host/process.ts";
import { leftAlone, type RaisePods } from "./load-priority.ts";
import { answered } from "./pods.ts";

/** From the command to the start: time for it to reach every pod. */
const startDelayMs = 1_500;
/** Of an Indexed Job's pod: which worker it is (Kubernetes 1.28 and later). */
const indexLabel = "batch.kubernetes.io/job-completion-index";
const readyWithinMs = 180_000;
const pollMs = 300;
/** On a connection that is open: a node whose host is gone says nothing more. */
const silentMs = 30_000;

/**
 * @param seconds of the schedule and the wait for its last answers; what takes much longer has failed
 * @returns one result per worker, in order
 * @throws TestbedError (runFailed) where a pod ends, or its samples are not whole
 */
export async function runLoadPods(
  kubeconfig: string,
  job: {
    readonly namespace: string;
    readonly workers: number;
    readonly seconds: number;
    readonly handed: (worker: number) => Handed;
  },
  signal: AbortSignal,
  raise: RaisePods = leftAlone,
): Promise<readonly ShareResult[]> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const pods = async () =>
    (await answered(core.listNamespacedPod({ namespace: job.namespace }), signal)).items;
  const ask = (name: string, method: string, path: string, body: string | Buffer = "", digest = "") =>
    throughServer(config, { namespace: job.namespace, name, method, path, body, digest }, signal);

  const told = new Set<string>();
  /** A pod that does not listen yet gets it at the next poll. */
  const tell = async ({ metadata, status }: V1Pod) => {
    const name = metadata!.name!;
    if (status?.phase !== "Running" || told.has(name)) return;
    const { content, digest } = packed(job.handed(Number(metadata?.labels?.[indexLabel] ?? 0)));
    const answer = await ask(name, "POST", "/asked", content, digest).catch(() => undefined);
    if (answer?.status === 200) told.add(name);
    signal.throwIfAborted();
  };
  const ready = await untilReady(pods, tell, job.workers, core, signal);
  const names = ready.map(({ metadata }) => metadata!.name!);
  const priority = raise(ready.map(({ metadata }) => metadata!.uid!));
  const atEpochMs = Date.now() + startDelayMs;
  await Promise.all(names.map((name) => ask(name, "POST", "/start", JSON.stringify({ atEpochMs }))));
  const deadline = Date.now() + startDelayMs + job.seconds * 1000 + readyWithinMs;
  const results = await Promise.all(
    names.map(async (name) => {
      for (;;) {
        signal.throwIfAborted();
        const { status, digest, content } = await ask(name, "GET", "/result");
        if (status === 200) return checked(name, content, digest);
        await failIfEnded(await pods(), core);
        if (Date.now() > deadline) throw failed(`pod ${name} has not finished its share`, "");
        await pause(pollMs);
      }
    }),
  );
  results.sort((a, b) => a.worker - b.worker);
  const indices = results.map(({ worker }) => worker);
  if (indices.some((worker, index) => worker !== index)) {
    throw failed("the workers are not numbered consecutively", indices.join(", "));
  }
  await Promise.all(names.map((name) => ask(name, "POST", "/done").catch(() => undefined)));
  return results.map((result) => ({ ...result, ...priority }));
}

async function untilReady(
  pods: () => Promise<V1Pod[]>,
  tell: (pod: V1Pod) => Promise<void>,
  workers: number,
  core: CoreV1Api,
  signal: AbortSignal,
): Promise<readonly V1Pod[]> {
  const deadline = performance.now() + readyWithinMs;
  for (;;) {
    signal.throwIfAborted();
    const now = await pods();
    await Promise.all(now.map(tell));
    const ready = now.filter(({ status }) =>
      status?.conditions?.some((one) => one.type === "Ready" && one.status === "True"),
    );
    if (ready.length === workers) return ready;
    await failIfEnded(now, core);
    if (performance.now() > deadline) {
      throw failed(
        `${ready.length} of ${workers} load pods were ready after ${readyWithinMs / 1000} s`,
        reasonsOf(now),
      );
    }
    await pause(pollMs);
  }
}

async function failIfEnded(pods: readonly V1Pod[], core: CoreV1Api): Promise<void> {
  const ended = pods.find(({ status }) => status?.phase === "Failed" || status?.phase === "Succeeded");
  if (ended === undefined) return;
  const { name = "", namespace = "" } = ended.metadata ?? {};
  const log = await answered(core.readNamespacedPodLog({ name, namespace, tailLines: 40 })).catch(() => "");
  throw failed(`load pod ${name} ended before its samples were fetched`, log || reasonsOf([ended]));
}

function reasonsOf(pods: readonly V1Pod[]): string {
  return pods
    .flatMap(({ metadata, status }) =>
      [
        ...(status?.conditions ?? []).filter((one) => one.status !== "True").map(({ message }) => message),
        ...(status?.containerStatuses ?? []).map(
          ({ state }) => state?.waiting?.message ?? state?.waiting?.reason ?? state?.terminated?.message,
        ),
      ]
        .filter((text) => text !== undefined && text !== "")
        .map((text) => `${metadata?.name}: ${text}`),
    )
    .join("; ");
}

/** What a worker handed over, where it came whole. @throws TestbedError (runFailed) where it did not */
export function checked(name: string, content: Buffer, digest: string): ShareResult {
  const got = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  if (got !== digest) {
    throw new TestbedError("runFailed", `the samples of ${name} arrived incomplete`, {
      problems: [{ path: name, expected: digest, got }],
    });
  }
  return deserialize(content) as ShareResult;
}

export interface Question {
  readonly namespace: string;
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: string | Buffer;
  /** Of the body. */
  readonly digest?: string;
}

/** The API server passes the request on to the pod; the client library would read the answer as text. */
export async function throughServer(
  config: KubeConfig,
  { namespace, name, method, path, body, digest }: Question,
  signal: AbortSignal,
) {
  const server = config.getCurrentCluster()!.server;
  const url = `${server}/api/v1/namespaces/${namespace}/pods/${name}:${loadPort}/proxy${path}`;
  const options: https.RequestOptions = {
    ...{ method, signal, timeout: silentMs },
    headers: digest === undefined || digest === "" ? {} : { [digestHeader]: digest },
  };
  await config.applyToHTTPSOptions(options);
  return new Promise<{ status: number; digest: string; content: Buffer }>((resolve, reject) => {
    const request = https.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          digest: String(response.headers[digestHeader] ?? ""),
          content: Buffer.concat(chunks),
        }),
      );
    });
    request.once("error", (error) => reject(signal.aborted ? signal.reason : error));
    request.once("timeout", () => request.destroy(new Error(`${name} was silent for ${silentMs / 1000} s`)));
    request.end(body);
  });
}

function failed(message: string, got: string): TestbedError {
  return new TestbedError("runFailed", message, {
    ...(got === "" ? {} : { problems: [{ path: "load job", expected: "samples of every worker", got }] }),
    hint: "The trial is lost and marked as failed; the run goes on.",
  });
}
