/**
 * A TCP proxy that can delay, lose or stop traffic, for machines that do not allow packet rules. It handles byte
 * streams, not packets: it imitates the effect of a loss on a stream.
 */
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { type Random, randomStream } from "../../../workloads/random/random.ts";
import { departureMs, type PathCondition } from "../path-condition.ts";

export interface PathProxy {
  readonly port: number;
  set(condition: PathCondition): void;
  end(): void;
}

export interface Upstream {
  readonly host: string;
  readonly port: number;
}

interface Line {
  /** The condition has changed: what was held back for good may go. */
  changed(): void;
}

/** @param host on which it listens */
export async function openProxy(upstream: Upstream, seed: number, host: string): Promise<PathProxy> {
  let condition: PathCondition = { kind: "clear" };
  const random = randomStream(seed, "path");
  const lines = new Set<Line>();
  const sockets = new Set<Socket>();

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const service = dial({ ...upstream, noDelay: true, allowHalfOpen: true });
    const pair = [client, service];
    const both = [
      line(client, service, () => condition, random),
      line(service, client, () => condition, random),
    ];
    for (const one of both) lines.add(one);
    for (const socket of pair) {
      sockets.add(socket);
      socket.on("error", () => {});
      // Broken on one side is broken on the other; an orderly end has gone through the line before.
      socket.on("close", () => {
        sockets.delete(socket);
        for (const one of both) lines.delete(one);
        for (const other of pair) other.destroy();
      });
    }
  });
  await listen(server, host);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    set(next) {
      condition = next;
      for (const one of lines) one.changed();
    },
    end() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** One direction of one connection. */
function line(from: Socket, to: Socket, condition: () => PathCondition, random: Random): Line {
  /** null: the end. */
  const pieces: { readonly data: Buffer | null; atMs: number }[] = [];
  let timer: NodeJS.Timeout | undefined;

  const push = (data: Buffer | null) => {
    pieces.push({ data, atMs: departure() });
    pass();
  };
  const departure = () => departureMs(condition(), performance.now(), pieces.at(-1)?.atMs ?? 0, random);
  const pass = () => {
    clearTimeout(timer);
    for (let head = pieces[0]; head !== undefined; head = pieces[0]) {
      const waitMs = head.atMs - performance.now();
      if (waitMs > 0) {
        if (Number.isFinite(waitMs)) timer = setTimeout(pass, waitMs);
        return;
      }
      pieces.shift();
      if (head.data === null) to.end();
      else to.write(head.data);
    }
  };
  from.on("data", push);
  from.on("end", () => push(null));
  from.on("close", () => clearTimeout(timer));
  return {
    changed() {
      if (condition().kind === "partition") return;
      const nowMs = performance.now();
      for (const piece of pieces) if (!Number.isFinite(piece.atMs)) piece.atMs = nowMs;
      pass();
    },
  };
}

async function listen(server: Server, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
}
