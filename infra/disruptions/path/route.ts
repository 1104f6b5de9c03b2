/**
 * The runner's handle on the path: a child process between load and service, which takes conditions from the runner and
 * ends with it.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { typescriptArguments } from "../../../workloads/typescript/typescript.ts";
import { isAlive, startTimeOf } from "../../host/process.ts";
import type { Route, RouteHandle } from "../disruption.ts";
import type { PathCondition, PathMeans } from "../path-condition.ts";

const startLimitMs = 60_000;

interface Said {
  readonly host: string;
  readonly port: number;
  readonly means: PathMeans;
  readonly controlPort: number;
}

/** @param url of the service; the load gets one with the path's host and port instead */
export async function pathRoute(url: string): Promise<Route> {
  const { hostname, port } = new URL(url);
  // An address of IPv6 stands in brackets in a URL.
  const host = hostname.replace(/^\[|\]$/g, "");
  const child = fork(fileURLToPath(new URL("./main.ts", import.meta.url)), [host, port || "80", "1"], {
    execArgv: [...typescriptArguments],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const limit = setTimeout(() => child.kill("SIGKILL"), startLimitMs);
  try {
    const said = await Promise.race([
      once(child, "message").then(([message]) => message as Said),
      exited.then(() => {
        throw new Error("the path between load and service ended before it was ready");
      }),
    ]);
    const through = new URL(url);
    through.hostname = said.host;
    through.port = String(said.port);
    return {
      url: through.href,
      handle: {
        ...{ pid: child.pid!, startTime: startTimeOf(child.pid!) ?? "" },
        ...{ controlPort: said.controlPort, means: said.means },
      },
      async end() {
        if (child.connected) child.disconnect();
        await exited;
      },
    };
  } finally {
    clearTimeout(limit);
  }
}

/** @returns false where that process is gone, and its path with it */
export async function setPath(handle: RouteHandle, condition: PathCondition): Promise<boolean> {
  if (!isAlive(handle)) return false;
  const answer = await fetch(`http://127.0.0.1:${handle.controlPort}/condition`, {
    method: "POST",
    body: JSON.stringify(condition),
    signal: AbortSignal.timeout(5_000),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`the path did not become ${JSON.stringify(condition)}: ${said}`);
  return true;
}
