/** An API server for tests: it answers what the test says, and may be away. */
import http from "node:http";
import type { AddressInfo } from "node:net";

export interface ScriptedApiServer {
  readonly url: string;
  /** Text, with one context, `c`. */
  readonly kubeconfig: string;
  /** No connection is accepted, and each that is open is reset. */
  leave(): Promise<void>;
  /** At the same port. */
  comeBack(): Promise<void>;
  end(): Promise<void>;
}

export async function scriptedApiServer(answer: http.RequestListener): Promise<ScriptedApiServer> {
  let server = await listening(answer, 0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const leave = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    url,
    kubeconfig: JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "c",
      clusters: [{ name: "c", cluster: { server: url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "mine" } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    }),
    leave,
    async comeBack() {
      server = await listening(answer, port);
    },
    end: async () => {
      if (server.listening) await leave();
    },
  };
}

async function listening(answer: http.RequestListener, port: number): Promise<http.Server> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}
