/** The proxy as the runner has it: a child process between load and service, which takes orders and ends with it. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { typescriptArguments } from "../../../workloads/generator/typescript.ts";
import { isAlive, startTimeOf } from "../../plugin/process.ts";
import type { Route, RouteHandle } from "../disruption.ts";
import type { PathCondition } from "./condition.ts";

const startLimitMs = 60_000;

/** @param url of the service; the load gets one with the proxy's port instead */
export async function proxyRoute(url: string): Promise<Route> {
  const { hostname, port } = new URL(url);
  const child = fork(fileURLToPath(new URL("./main.ts", import.meta.url)), [hostname, port || "80", "1"], {
    execArgv: [...typescriptArguments],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const limit = setTimeout(() => child.kill("SIGKILL"), startLimitMs);
  try {
    const said = await Promise.race([
      once(child, "message").then(([ports]) => ports as { port: number; controlPort: number }),
      exited.then(() => {
        throw new Error("the proxy between load and service ended before it was ready");
      }),
    ]);
    const through = new URL(url);
    through.hostname = "127.0.0.1";
    through.port = String(said.port);
    return {
      url: through.href,
      handle: { pid: child.pid!, startTime: startTimeOf(child.pid!) ?? "", controlPort: said.controlPort },
      async end() {
        if (child.connected) child.disconnect();
        await exited;
      },
    };
  } finally {
    clearTimeout(limit);
  }
}

/** @returns false where that proxy is gone, and its path with it */
export async function setPath(handle: RouteHandle, condition: PathCondition): Promise<boolean> {
  if (!isAlive(handle)) return false;
  const answer = await fetch(`http://127.0.0.1:${handle.controlPort}/condition`, {
    method: "POST",
    body: JSON.stringify(condition),
    signal: AbortSignal.timeout(5_000),
  });
  if (!answer.ok) throw new Error(`the proxy answered ${answer.status} to ${JSON.stringify(condition)}`);
  return true;
}
