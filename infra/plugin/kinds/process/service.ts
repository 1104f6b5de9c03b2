/**
 * The resource `testbed:process:Service`: a service as a managed local process.
 *
 * Ready means "it answered as it should", not "the port is open": a BentoML port accepts for seconds before a worker is up.
 */

import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { z } from "zod";
import { messageOf } from "../../../../errors/errors.ts";
import { endOfLog } from "../../../../files/last-lines.ts";
import { hidden, secretValues } from "../../../../workloads/ask/masked-secrets.ts";
import { judgeSpec } from "../../../../workloads/judge/judge.ts";
import { isAlive, type ProcessId, pause, spawnDetached, stop } from "../../../host/process.ts";
import { portsOf } from "../../../host/process-ownership.ts";
import { register, stopNamesakes, unregister } from "../../../host/started-services.ts";
import type { ResourceKind } from "../resource.ts";
import { probeOf, probeRequest, type ReadyLook } from "./ready-probe.ts";

export const serviceInputs = z.strictObject({
  /** Stack and resource, for messages. */
  name: z.string(),
  /** `{port}` stands for the port that was chosen, here and in the values of the environment. */
  command: z.array(z.string()).min(1),
  cwd: z.string(),
  /** Kept in the stack's state: nothing secret. */
  environment: z.record(z.string(), z.string()),
  /** Names of variables of the engine's own environment, by the service's name for each: values that are not kept. */
  environmentFrom: z.record(z.string(), z.string()),
  /** What the engine's own environment holds is passed on, too; it is not kept. */
  inheritEnvironment: z.boolean(),
  /** `GET` of it must be answered with 2xx; null: nothing is asked but the probe. */
  readyPath: z.string().startsWith("/").nullable(),
  /** A request whose answer, judged, shows that the service works; null: none, so that an open port must do. */
  probe: probeRequest.extend({ judge: judgeSpec }).nullable(),
  logFile: z.string(),
  startTimeoutSeconds: z.number().positive(),
  drainSeconds: z.number().min(0),
  /** Of what is served: with other content it is a new service. */
  contentDigest: z.string(),
});
export type ServiceInputs = z.infer<typeof serviceInputs>;

/** The resource's state: its inputs and what became of them. */
export const serviceState = serviceInputs.extend({
  pid: z.number(),
  startTime: z.string(),
  token: z.string(),
  port: z.number(),
  url: z.string(),
  readySeconds: z.number(),
});
export type ServiceState = z.infer<typeof serviceState>;

export const serviceKind: ResourceKind<ServiceInputs, ServiceState> = {
  inputs: serviceInputs,
  state: serviceState,
  id: ({ pid, startTime }) => `${pid}@${startTime}`,
  create: createService,
  isThere: async (state) => serviceIsAlive(state),
  remove: deleteService,
};

/** Addresses at which a service may listen: with `localhost` it is either. */
const hosts = ["127.0.0.1", "[::1]"] as const;
const pollMs = 50;
const wrongForMs = 5_000;
const tellAfterMs = 3_000;
const attempts = 3;

/**
 * @param onWait called with the reason why a service is not ready yet, if that takes seconds
 * @throws Error with the log's last lines where the service ends or stays silent; nothing is left running
 */
export async function createService(
  inputs: ServiceInputs,
  signal: AbortSignal,
  onWait?: (why: string) => void,
): Promise<ServiceState> {
  await stopNamesakes(inputs.name);
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(inputs, await freePort(), signal, onWait);
    } catch (error) {
      // Between choosing a port and binding it, another process may have taken it.
      if (attempt === attempts || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

export function serviceIsAlive(state: ServiceState): boolean {
  return isAlive(state);
}

export async function deleteService(state: ServiceState): Promise<void> {
  await stop(state, state.token, state.drainSeconds);
  unregister(state.token);
}

async function start(
  inputs: ServiceInputs,
  port: number,
  signal: AbortSignal,
  onWait?: (why: string) => void,
): Promise<ServiceState> {
  const token = randomUUID();
  const { name, logFile } = inputs;
  const withPort = (text: string) => text.replaceAll("{port}", String(port));
  const command = inputs.command.map(withPort);
  const started = performance.now();
  const environment = {
    ...(inputs.inheritEnvironment ? inherited(process.env) : {}),
    ...Object.fromEntries(Object.entries(inputs.environment).map(([key, value]) => [key, withPort(value)])),
    ...namedVariables(inputs.environmentFrom),
  };
  const id = await spawnDetached({ ...inputs, environment, command, token }).catch((error: unknown) => {
    throw new Error(`service ${name} cannot be started: ${messageOf(error)}`, { cause: error });
  });
  register({ name, ...id, token, logFile });
  let url: string;
  try {
    url = await untilReady(inputs, { ...id, token }, port, signal, onWait);
  } catch (error) {
    await stop(id, token, 0);
    unregister(token);
    throw error;
  }
  return {
    ...inputs,
    ...id,
    token,
    port,
    url,
    readySeconds: (performance.now() - started) / 1000,
  };
}

/** @returns where it listens */
async function untilReady(
  inputs: ServiceInputs,
  id: ProcessId & { readonly token: string },
  port: number,
  signal: AbortSignal,
  onWait?: (why: string) => void,
): Promise<string> {
  let told = "";
  const began = performance.now();
  const deadline = began + inputs.startTimeoutSeconds * 1000;
  const urls = hosts.map((host) => `http://${host}:${port}`);
  const looks = urls.map((url) => probeOf(inputs, url, process.env));
  let wrongSince: number | null = null;
  let last: ReadyLook = { ready: false, why: "it accepts no connections" };
  for (;;) {
    signal.throwIfAborted();
    if (!isAlive(id)) throw failure(inputs, "ended before it was ready");
    if (performance.now() > deadline) {
      throw failure(
        inputs,
        `was not ready after ${inputs.startTimeoutSeconds} s: ${because(last, id.token)}`,
      );
    }
    let at = 0;
    last = await looks[at]!();
    if (last.absent === true) {
      const elsewhere = await looks[1]!();
      if (elsewhere.absent !== true) [at, last] = [1, elsewhere];
    }
    if (last.ready) return urls[at]!;
    // A service that is still loading may say so; one that goes on answering otherwise than it should will not stop that.
    wrongSince = last.wrong === true ? (wrongSince ?? performance.now()) : null;
    if (wrongSince !== null && performance.now() - wrongSince > wrongForMs) {
      throw failure(inputs, `answers, but its answers are not as expected: ${last.why}`);
    }
    // What a file has wrong is seen here long before its start limit is over.
    if (last.why !== told && performance.now() - began > tellAfterMs) {
      told = last.why;
      onWait?.(because(last, id.token));
    }
    await pause(pollMs);
  }
}

/** A service that was not told its port listens at the one that it always has. */
function because({ why, absent }: ReadyLook, token: string): string {
  const ports = absent === true ? portsOf({ token }) : [];
  return ports.length === 0 ? why : `${why}; it listens at port ${ports.join(", ")} and not at {port}`;
}

/** @throws Error naming every one that is not set */
function namedVariables(names: Readonly<Record<string, string>>): Record<string, string> {
  const missing = Object.values(names).filter((name) => process.env[name] === undefined);
  if (missing.length > 0) throw new Error(`not set in the environment: ${missing.join(", ")}`);
  return Object.fromEntries(Object.entries(names).map(([own, name]) => [own, process.env[name]!]));
}

/** Without what is the engine's and the testbed's own. */
function inherited(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (one): one is [string, string] =>
        one[1] !== undefined && !/^(PULUMI_|TESTBED_|TS_NODE_|NODE_OPTIONS$)/.test(one[0]),
    ),
  );
}

function failure(inputs: ServiceInputs, what: string): Error {
  const { name, logFile, environmentFrom, probe } = inputs;
  const ofHeaders = Object.values(probe?.headers ?? {}).flatMap((value) =>
    typeof value === "string" ? [] : [value.environment],
  );
  // It goes on to the terminal, the engine and a trial's record, and a service may print what it was given.
  const log = hidden(
    endOfLog(logFile),
    secretValues([...Object.values(environmentFrom), ...ofHeaders], process.env),
  );
  return new Error(`service ${name} ${what}; the end of its log (${logFile}):\n${log}`);
}

/** Free on both loopback addresses, so that only the service can answer at either. */
async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = await bound(0, "127.0.0.1");
    try {
      return await bound(port, "::1");
    } catch (error) {
      // Anything but a port that is taken: this machine has no IPv6.
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") return port;
      if (attempt === attempts) throw error;
    }
  }
}

async function bound(port: number, host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string")
    throw new Error("no free port on the loopback address");
  return address.port;
}
