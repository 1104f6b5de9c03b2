/**
 * What a K3s node of ours opens, and what each port answers to somebody without credentials. The node has a network of its
 * own: its loopback address is nobody's but its own processes', and this machine reaches its one outer address.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { basename, dirname, join } from "node:path";
import { expect } from "vitest";
import { abstractSocketsAround, listeningOf, openPortsAround } from "./open-ports.ts";

interface OuterPort {
  readonly who: string;
  /** Paths, and the status that somebody without a certificate gets. */
  readonly answers: Readonly<Record<string, number>>;
}

const refused = 401;
const forbidden = 403;

/** Ports on the node's outer address. What is open to anybody there has its reason beside it. */
const outer: Readonly<Record<string, OuterPort>> = {
  "tcp 6443": {
    who: "the API server, and K3s's own supervisor behind the same port",
    answers: {
      "/api/v1/secrets": refused,
      "/version": refused,
      "/livez": refused,
      "/metrics": refused,
      "/openid/v1/jwks": refused,
      "/debug/pprof/heap": refused,
      "/v1-k3s/config": forbidden,
      "/v1-k3s/server-bootstrap": forbidden,
      "/v1-k3s/client-kubelet.crt": forbidden,
      "/v1-k3s/connect": forbidden,
      // The certificate of the authority, which is public by its nature: a node that joins compares it with its token.
      "/cacerts": 200,
      // `pong`: a node that joins asks whether anybody is there.
      "/ping": 200,
    },
  },
  "tcp 10250": {
    who: "the kubelet",
    answers: {
      "/pods": refused,
      "/metrics": refused,
      "/configz": refused,
      "/logs/": refused,
      "/stats/summary": refused,
      "/exec/default/pod/container?command=id": refused,
      "/run/default/pod/container": refused,
      "/containerLogs/default/pod/container": refused,
    },
  },
};

/** Ports on the node's loopback address, which its own processes alone reach. */
const inner: Readonly<Record<string, string>> = {
  "tcp 6444": "the API server, behind 6443",
  "tcp 10010": "streams of the container runtime",
  "tcp 10248": "the kubelet's health",
  "tcp 10249": "the proxy's metrics",
  "tcp 10256": "the proxy's health",
  "tcp 10257": "the controller manager",
  "tcp 10258": "the cloud controller manager",
  "tcp 10259": "the scheduler",
};

const loopback = ["127.0.0.1", "00000000000000000000000001000000"];

/** @param controlGroup of the node, @param address its outer one */
export async function expectClosedNode(controlGroup: string, address: string): Promise<void> {
  const pids = membersOf(controlGroup);
  const server = pids.find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "k3s-server")!;
  const network = networkOf(server);
  expect(network).not.toBe(networkOf(process.pid));
  const name = ({ protocol, port }: { protocol: string; port: number }) => `${protocol} ${port}`;
  const ports = openPortsAround(server);
  const isInner = ({ host }: { host: string }) => loopback.includes(host);
  expect(ports.filter((open) => !isInner(open)).map(name)).toSatisfy(onlyOf(Object.keys(outer)));
  expect(ports.filter(isInner).map(name)).toSatisfy(onlyOf(Object.keys(inner)));
  expect(ports.filter((open) => !isInner(open)).length).toBe(Object.keys(outer).length);

  // A socket without a file is open to whoever shares the network, whatever his user.
  expect(abstractSocketsAround(server)).toEqual([]);
  const files = listeningOf(pids.filter((pid) => networkOf(pid) === network)).filter(({ at }) =>
    at.startsWith("/"),
  );
  expect(files.map(({ at }) => at)).toContain("/run/k3s/containerd/containerd.sock");
  // Files of the node's own root, into which nobody but root looks from outside; within it they are root's alone too.
  for (const { pid, at } of files) expect({ at, modes: modesOf(pid, at) }).toSatisfy(isClosed);

  for (const [port, { answers }] of Object.entries(outer)) {
    const number = Number(port.split(" ")[1]);
    const got = await Promise.all(
      Object.keys(answers).map(async (path) => [path, await statusWithoutCertificate(address, number, path)]),
    );
    expect({ port, ...Object.fromEntries(got) }).toEqual({ port, ...answers });
  }
  for (const port of Object.keys(inner)) {
    expect({ port, is: await connected(address, Number(port.split(" ")[1])) }).toEqual({ port, is: false });
  }
}

/** Processes of a control group and of those below it, pods among them. */
function membersOf(controlGroup: string): number[] {
  return readdirSync("/proc").flatMap((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/cgroup`, "utf8").includes(`/${controlGroup}`)
        ? [Number(entry)]
        : [];
    } catch {
      return []; // It ended meanwhile.
    }
  });
}

/** Connecting takes the right to write to the socket and to enter its folder; the node's group is root's. */
function isClosed({
  modes,
}: {
  readonly modes: { readonly folder: number; readonly sockets: readonly number[] };
}) {
  return (modes.folder & 0o001) === 0 || modes.sockets.every((mode) => (mode & 0o002) === 0);
}

function modesOf(pid: number, at: string) {
  // A link of the node's root that begins with / would be followed in ours.
  const path = `/proc/${pid}/root${at.replace(/^\/var\/run\//, "/run/")}`;
  const modeOf = (file: string) => statSync(file).mode & 0o777;
  // One that was renamed after it was made has another name now.
  const names = existsSync(path) ? [basename(path)] : readdirSync(dirname(path));
  return { folder: modeOf(dirname(path)), sockets: names.map((name) => modeOf(join(dirname(path), name))) };
}

function networkOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/ns/net`);
}

function onlyOf(known: readonly string[]) {
  return (found: readonly string[]) => found.every((name) => known.includes(name));
}

function statusWithoutCertificate(host: string, port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    // Whoever attacks asks for no certificate of the server.
    const asked = request({ host, port, path, rejectUnauthorized: false, timeout: 10_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer from ${host}:${port}${path}`)));
    asked.on("error", reject);
    asked.end();
  });
}

function connected(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("timeout", () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", () => resolve(false));
  });
}
