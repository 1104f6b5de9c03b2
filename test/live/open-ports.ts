/** Which sockets some processes listen on, as the kernel tells it. Linux only. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Listening {
  readonly pid: number;
  /** `127.0.0.1:3000`, an address in hexadecimal for IPv6, or the name of a Unix socket. */
  readonly at: string;
}

const tcpListen = "0A";
const unixListens = 0x10000;

export function listeningOf(pids: readonly number[]): Listening[] {
  return pids.flatMap((pid) => {
    const inodes = socketsOf(pid);
    const tcp = ["tcp", "tcp6"].flatMap((table) =>
      rowsOf(`/proc/${pid}/net/${table}`).flatMap((cells) =>
        cells[3] === tcpListen && inodes.has(cells[9]!) ? [address(cells[1]!)] : [],
      ),
    );
    const unix = rowsOf(`/proc/${pid}/net/unix`).flatMap((cells) =>
      (Number.parseInt(cells[3]!, 16) & unixListens) !== 0 && inodes.has(cells[6]!)
        ? [cells[7] ?? "unnamed"]
        : [],
    );
    return [...new Set([...tcp, ...unix])].map((at) => ({ pid, at }));
  });
}

export interface OpenPort {
  readonly protocol: "tcp" | "udp";
  /** As {@link Listening.at}. */
  readonly host: string;
  readonly port: number;
}

/**
 * Ports that are open in a process' network, whoever opened them: the kernel's own too (a tunnel has no process). A UDP
 * port counts where it has no peer.
 */
export function openPortsAround(pid: number): OpenPort[] {
  const found = (["tcp", "udp"] as const).flatMap((protocol) =>
    [protocol, `${protocol}6`]
      .flatMap((table) => rowsOf(`/proc/${pid}/net/${table}`))
      .filter((cells) => (protocol === "tcp" ? cells[3] === tcpListen : /^0+:0000$/.test(cells[2]!)))
      .map((cells) => ({ protocol, ...parts(cells[1]!) })),
  );
  return [...new Map(found.map((open) => [JSON.stringify(open), open])).values()];
}

/** Names of Unix sockets that listen there and are no files: whoever shares the network may connect. */
export function abstractSocketsAround(pid: number): string[] {
  return rowsOf(`/proc/${pid}/net/unix`)
    .filter((cells) => (Number.parseInt(cells[3]!, 16) & unixListens) !== 0)
    .flatMap((cells) => cells[7] ?? [])
    .filter((name) => name.startsWith("@"));
}

function socketsOf(pid: number): ReadonlySet<string> {
  const links = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // Closed by now.
    }
  });
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

function rowsOf(file: string): string[][] {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((row) => row.trim().split(/\s+/));
}

function address(text: string): string {
  const { host, port } = parts(text);
  return `${host}:${port}`;
}

/** `0100007F:0BB8` is 127.0.0.1:3000. */
function parts(text: string): { readonly host: string; readonly port: number } {
  const [host = "", port = ""] = text.split(":");
  const bytes = host.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  return {
    host: bytes.length === 4 ? bytes.reverse().join(".") : host,
    port: Number.parseInt(port, 16),
  };
}
