/**
 * A container node's own address, where this machine can reach it. A published port is not used: Docker's proxy behind
 * it accepts connections for a stopped node, keeps dialling for minutes, and later sends the node requests that callers
 * have long given up (docs/decisions/0019).
 */
import { connect } from "node:tls";

const withinMs = 2_000;

/** Where this machine reaches what the node publishes at one of its ports. */
export function originOf(
  node: { readonly address?: string | null | undefined; readonly ports: Readonly<Record<string, number>> },
  port: number,
): string {
  return typeof node.address === "string"
    ? `http://${node.address}:${port}`
    : `http://127.0.0.1:${node.ports[String(port)]}`;
}

export interface TlsPort {
  readonly host: string;
  readonly port: number;
}

/** @returns whether the same server, known by its certificate, answers at both; never rejects */
export async function sameServer(one: TlsPort, other: TlsPort): Promise<boolean> {
  const [first, second] = await Promise.all([fingerprintAt(one), fingerprintAt(other)]);
  return first !== null && first === second;
}

/** SHA-256 of the certificate, whose owner is not checked. @returns null where there is no answer in time */
function fingerprintAt(at: TlsPort): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ ...at, rejectUnauthorized: false, timeout: withinMs }, () =>
      end(socket.getPeerCertificate().fingerprint256),
    );
    const end = (found: string | null) => {
      socket.destroy();
      resolve(found);
    };
    socket.on("error", () => end(null)).on("timeout", () => end(null));
  });
}
