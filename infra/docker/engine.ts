/**
 * A client of the Docker engine's HTTP API. It connects to DOCKER_HOST or to the engine's default socket, and
 * implements only the calls that the testbed needs.
 */

import { existsSync } from "node:fs";
import http from "node:http";
import type { Socket } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { messageOf } from "../../errors/errors.ts";
import { lastLines } from "../../files/last-lines.ts";

/** The oldest engine that is known to do (20.10), and every later one. */
const apiVersion = "v1.41";
const limitMs = 60_000;

export interface DockerEngine {
  /** @returns the answer's JSON, or null where there is none @throws EngineError for an answer that says no */
  // biome-ignore lint/suspicious/noExplicitAny: each caller reads the few fields that it knows.
  ask(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<any>;
  /** The same; null where the engine has no such thing. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  find(path: string): Promise<any | null>;
  /** Sends a tar archive. @returns the engine's own words */
  send(path: string, archive: Readable): Promise<string>;
  /** Runs a command in a container. @throws Error with its last words where it fails */
  run(container: string, command: readonly string[], input?: Readable): Promise<string>;
  /** The last lines of what a container has written. */
  logs(container: string, lines: number): Promise<string>;
}

export class EngineError extends Error {
  /** Null where the engine did not answer at all. */
  readonly status: number | null;

  constructor(status: number | null, message: string) {
    super(message);
    this.status = status;
  }
}

export function openEngine(environment: NodeJS.ProcessEnv = process.env): DockerEngine {
  const address = engineAddress(environment);
  const start = (method: string, path: string, headers: http.OutgoingHttpHeaders, timeout = limitMs) =>
    http.request({ ...address, method, path: `/${apiVersion}${path}`, headers, timeout });

  const ask: DockerEngine["ask"] = async (method, path, body) => {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers = content === undefined ? {} : { "content-type": "application/json" };
    const text = await answerOf(start(method, path, headers), (request) => request.end(content));
    return text === "" ? null : JSON.parse(text);
  };
  const find: DockerEngine["find"] = async (path) => {
    try {
      return await ask("GET", path);
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return null;
      throw error;
    }
  };

  return {
    ask,
    find,

    // A large image takes as long as it takes.
    send: (path, archive) =>
      answerOf(start("POST", path, { "content-type": "application/x-tar" }, 0), (request) => {
        archive.once("error", (error) => request.destroy(error));
        archive.pipe(request);
      }),

    async logs(container, lines) {
      const path = `/containers/${container}/logs?stdout=1&stderr=1&tail=${lines}`;
      const { output, errors } = framesOf(await bytesOf(start("GET", path, {}), (request) => request.end()));
      return `${output}${errors}`.trim();
    },

    async run(container, command, input) {
      const { Id: id } = await ask("POST", `/containers/${container}/exec`, {
        Cmd: command,
        AttachStdin: input !== undefined,
        AttachStdout: true,
        AttachStderr: true,
      });
      const headers = { "content-type": "application/json", connection: "Upgrade", upgrade: "tcp" };
      const request = start("POST", `/exec/${id}/start`, headers, 0);
      const { output, errors } = await conversation(request, input);
      const { ExitCode: code } = await ask("GET", `/exec/${id}/json`);
      if (code === 0) return output;
      const words = lastLines(errors || output, 5).join("\n");
      throw new Error(`${command[0]} in the container ${container} failed (${code}): ${words}`);
    },
  };
}

/** @throws EngineError for an address of a kind that is not spoken here */
export function engineAddress(
  environment: NodeJS.ProcessEnv,
): { socketPath: string } | { host: string; port: number } {
  const given = environment.DOCKER_HOST ?? "";
  if (given === "") {
    const usual = ["/var/run/docker.sock", join(homedir(), ".docker", "run", "docker.sock")];
    return { socketPath: usual.find((path) => existsSync(path)) ?? usual[0]! };
  }
  if (given.startsWith("unix://")) return { socketPath: given.slice("unix://".length) };
  const [, host, port] = /^tcp:\/\/([^:/]+):(\d+)\/?$/.exec(given) ?? [];
  if (host === undefined || (environment.DOCKER_TLS_VERIFY ?? "") !== "") {
    throw new EngineError(null, `DOCKER_HOST is ${given}: only unix:// and tcp:// without TLS are supported`);
  }
  return { host, port: Number(port) };
}

/** @returns null where an engine answers, else why none does */
export async function whyNoEngine(environment?: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    await openEngine(environment).ask("GET", "/version");
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** @param containers ids or names */
export async function allRun(containers: readonly string[]): Promise<boolean> {
  const engine = openEngine();
  const found = await Promise.all(containers.map((id) => engine.find(`/containers/${id}/json`)));
  return found.every((one) => one?.State.Running === true);
}

async function answerOf(
  request: http.ClientRequest,
  begin: (request: http.ClientRequest) => void,
): Promise<string> {
  return (await bytesOf(request, begin)).toString();
}

function bytesOf(request: http.ClientRequest, begin: (request: http.ClientRequest) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    request.once("timeout", () => request.destroy(new Error(`no answer within ${limitMs / 1000} s`)));
    request.once("error", (error) => reject(silent(error)));
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", (error) => reject(silent(error)));
      response.once("end", () => {
        const content = Buffer.concat(chunks);
        const { statusCode = 0 } = response;
        if (statusCode < 400) resolve(content);
        else reject(new EngineError(statusCode, sentence(content.toString())));
      });
    });
    begin(request);
  });
}

function silent(error: Error): EngineError {
  return new EngineError(null, `the Docker engine does not answer: ${error.message}`);
}

function sentence(text: string): string {
  try {
    return String(JSON.parse(text).message);
  } catch {
    return text.trim();
  }
}

/** Input goes in as it is; output comes in frames of one stream number, three zeros, a length and the content. */
function conversation(
  request: http.ClientRequest,
  input: Readable | undefined,
): Promise<{ readonly output: string; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    request.once("error", (error) => reject(silent(error)));
    request.once("response", (response) => {
      response.resume();
      reject(
        new EngineError(
          response.statusCode ?? null,
          `the engine did not start the command (${response.statusCode})`,
        ),
      );
    });
    request.once("upgrade", (_, socket: Socket, head) => {
      const chunks: Uint8Array[] = [head];
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.once("error", (error) => reject(silent(error)));
      socket.once("close", () => resolve(framesOf(Buffer.concat(chunks))));
      // The engine closes its side when the command has ended.
      socket.once("end", () => socket.end());
      if (input === undefined) return;
      input.once("error", (error) => socket.destroy(error));
      input.pipe(socket);
    });
    request.end(JSON.stringify({ Detach: false, Tty: false }));
  });
}

function framesOf(received: Buffer): { readonly output: string; readonly errors: string } {
  const streams: { 1: Buffer[]; 2: Buffer[] } = { 1: [], 2: [] };
  for (let at = 0; at + 8 <= received.length; ) {
    const end = at + 8 + received.readUInt32BE(at + 4);
    streams[received[at] === 2 ? 2 : 1].push(received.subarray(at + 8, end));
    at = end;
  }
  return { output: Buffer.concat(streams[1]).toString(), errors: Buffer.concat(streams[2]).toString() };
}
