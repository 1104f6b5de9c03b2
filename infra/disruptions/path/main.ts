/**
 * The path as a separate process, so that it does not share the runner's event loop:
 *
 *   main.ts <host> <port> <seed>     says { host, port, means, controlPort } to its parent, and ends with it
 *   POST /condition                  on the control port: the path's condition from now on
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { pathCondition } from "../path-condition.ts";
import { openPath } from "./path.ts";

const [upstream = "", upstreamPort, seed] = process.argv.slice(2);
const path = await openPath({ host: upstream, port: Number(upstreamPort) }, Number(seed));
const { host, port, means } = path;
const control = createServer(async (request, response) => {
  try {
    await path.set(pathCondition.parse(await json(request)));
    response.writeHead(200).end();
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
control.listen(0, "127.0.0.1", () => {
  process.send?.({ host, port, means, controlPort: (control.address() as AddressInfo).port });
});
// Ctrl-C reaches the whole group; the runner says when the path may go.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit(0));
