/**
 * A relay from a port of this machine to a service of a cluster, through the API server and its authentication: for a
 * first request, a warm-up or a calibration. It is not used for a trial's load, because it would add to the response
 * times.
 */
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { messageOf } from "../../../../errors/errors.ts";

export interface Relay {
  readonly url: string;
  end(): Promise<void>;
}

export async function relayTo(
  kubeconfig: string,
  {
    namespace,
    service,
    port,
  }: { readonly namespace: string; readonly service: string; readonly port: string },
): Promise<Relay> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const cluster = config.getCurrentCluster()!;
  const base = `${cluster.server}/api/v1/namespaces/${namespace}/services/${service}:${port}/proxy`;
  const client = cluster.server.startsWith("https:") ? https : http;
  // The library makes one for each request, and with it a handshake; this one is kept.
  const first: https.RequestOptions = {};
  await config.applyToHTTPSOptions(first);
  const agent = Object.assign(first.agent as http.Agent, { keepAlive: true });

  const server = http.createServer((request, response) => {
    const fail = (error: unknown) => {
      if (!response.headersSent) response.writeHead(502);
      response.end(messageOf(error));
    };
    const pass = async () => {
      const options: https.RequestOptions = { method: request.method ?? "GET" };
      await config.applyToHTTPSOptions(options);
      const { host: _, connection: __, ...headers } = request.headers;
      const onward = client.request(
        `${base}${request.url}`,
        { ...options, agent, headers: { ...headers, ...(options.headers as object) } },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.once("error", fail);
      response.once("close", () => onward.destroy());
      request.pipe(onward);
    };
    pass().catch(fail);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    end: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
