/**
 * The resource `testbed:process:Service`: a served model as a managed local process.
 *
 * Ready means "the model answered", not "the port is open": a BentoML port accepts for seconds before a worker is up.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { z } from "zod";
import { isAlive, type ProcessId, pause, spawnDetached, stop } from "./process.ts";
import { register, stopNamesakes, unregister } from "./registry.ts";
import type { ResourceKind } from "./resource.ts";

export const serviceInputs = z.strictObject({
  /** Stack and resource, for messages. */
  name: z.string(),
  /** `{port}` stands for the port that was chosen. */
  command: z.array(z.string()).min(1),
  cwd: z.string(),
  environment: z.record(z.string(), z.string()),
  readyPath: z.string().startsWith("/"),
  /** A request whose 2xx answer shows that the model works. */
  probePath: z.string().startsWith("/"),
  probeBody: z.string(),
  logFile: z.string(),
  startTimeoutSeconds: z.number().positive(),
  drainSeconds: z.number().min(0),
  /** Of the model's files: a changed model is a new service. */
  modelDigest: z.string(),
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

const host = "127.0.0.1";
const pollMs = 50;
const attempts = 3;

/** @throws Error with the log's last lines where the service ends or stays silent; nothing is left running */
export async function createService(inputs: ServiceInputs, signal: AbortSignal): Promise<ServiceState> {
  await stopNamesakes(inputs.name);
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(inputs, await freePort(), signal);
    } catch (error) {
      // Between choosing a port and binding it, somebody else may have taken it.
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

async function start(inputs: ServiceInputs, port: number, signal: AbortSignal): Promise<ServiceState> {
  const token = randomUUID();
  const { name, logFile } = inputs;
  const command = inputs.command.map((word) => word.replaceAll("{port}", String(port)));
  const started = performance.now();
  const id = await spawnDetached({ ...inputs, command, token });
  register({ name, ...id, token, logFile });
  try {
    await untilReady(inputs, id, `http://${host}:${port}`, signal);
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
    url: `http://${host}:${port}`,
    readySeconds: (performance.now() - started) / 1000,
  };
}

async function untilReady(
  inputs: ServiceInputs,
  id: ProcessId,
  url: string,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + inputs.startTimeoutSeconds * 1000;
  for (;;) {
    signal.throwIfAborted();
    if (!isAlive(id)) throw failure(inputs, "ended before it was ready");
    if (performance.now() > deadline) {
      throw failure(inputs, `was not ready after ${inputs.startTimeoutSeconds} s`);
    }
    if (await answers(url + inputs.readyPath)) {
      const probe = {
        method: "POST",
        body: inputs.probeBody,
        headers: { "content-type": "application/json" },
      };
      if (await answers(url + inputs.probePath, probe)) return;
    }
    await pause(pollMs);
  }
}

async function answers(url: string, init: RequestInit = {}): Promise<boolean> {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

function failure({ name, logFile }: ServiceInputs, what: string): Error {
  return new Error(`service ${name} ${what}; the end of its log (${logFile}):\n${lastLines(logFile)}`);
}

function lastLines(path: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-15).join("\n");
  } catch {
    return "(no log)";
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string")
    throw new Error("no free port on the loopback address");
  return address.port;
}
