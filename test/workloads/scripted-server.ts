/** A server on the loopback address that does to each request what a test scripts, on the raw connection. */
import net from "node:net";

export interface ScriptedServer {
  readonly url: string;
  /** Connections seen so far. */
  connections(): number;
  /** Requests that arrived, by instant (performance.now()). */
  readonly arrivedAt: number[];
  close(): Promise<void>;
}

export const goodBody = JSON.stringify({ results: [{ label: "positive" }] });

export function response(status: number, body: string, headers = ""): string {
  return `HTTP/1.1 ${status} X\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}

export const good = response(200, goodBody, "X-Testbed-Worker: 41\r\n");

/** @param onRequest called with the 0-based number of the request over all connections */
export async function scriptedServer(
  onRequest: (socket: net.Socket, request: number) => void,
): Promise<ScriptedServer> {
  const sockets = new Set<net.Socket>();
  const arrivedAt: number[] = [];
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    let pending = "";
    socket.on("data", (data) => {
      pending += data.toString();
      // Every body of these tests ends with the only "]}" in it.
      for (let end = pending.indexOf("]}"); end !== -1; end = pending.indexOf("]}")) {
        pending = pending.slice(end + 2);
        onRequest(socket, arrivedAt.push(performance.now()) - 1);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/classify`,
    connections: () => connections,
    arrivedAt,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
