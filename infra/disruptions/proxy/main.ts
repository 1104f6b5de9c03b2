/**
 * The proxy as a process of its own, so that the runner's work is not in the path:
 *
 *   main.ts <host> <port> <seed>     says { url port, control port } to its parent, and ends with it
 *   POST /condition                  on the control port: the path's condition from now on
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pathCondition } from "./condition.ts";
import { openProxy } from "./proxy.ts";

const [host = "", port, seed] = process.argv.slice(2);
const proxy = await openProxy({ host, port: Number(port) }, Number(seed));
const control = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const parsed = pathCondition.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
    if (parsed.success) proxy.set(parsed.data);
    response.writeHead(parsed.success ? 200 : 400).end();
  });
});
control.listen(0, "127.0.0.1", () => {
  process.send?.({ port: proxy.port, controlPort: (control.address() as AddressInfo).port });
});
// Ctrl-C reaches the whole group; the runner says when the path may go.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit(0));
