/** Whole requests as bytes, made once: head and body leave in one write. */
import type { Origin } from "./connection.ts";

export interface Requests {
  readonly origin: Origin;
  /** One per body. */
  readonly requests: readonly Buffer[];
}

export function requestFor(job: { readonly url: string; readonly bodies: readonly Uint8Array[] }): Requests {
  const { hostname, port, host, pathname, search } = new URL(job.url);
  return {
    origin: { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) },
    requests: job.bodies.map((body) =>
      Buffer.concat([
        Buffer.from(
          `POST ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
            `content-length: ${body.byteLength}\r\n\r\n`,
        ),
        body,
      ]),
    ),
  };
}
