/** Requests per serving worker: workers share one listening socket, and one of them may accept most connections. */

import type { Finding } from "../figures/figures.ts";
import { counted, figure } from "../figures/format.ts";
import { okOutcome, type Trace } from "../input/trial-samples.ts";
import { chiSquareAbove } from "../statistics/distributions.ts";

export interface ServerCount {
  readonly server: string;
  readonly requests: number;
}

/** In order of the worker's id; empty where the service does not name its workers. */
export function serverCounts(trace: Trace): ServerCount[] {
  const counts = new Map<string, number>();
  for (let row = 0; row < trace.length; row++) {
    const server = trace.server.names[trace.server.codes[row]!]!;
    if (trace.outcome[row] === okOutcome && server !== "") counts.set(server, (counts.get(server) ?? 0) + 1);
  }
  return [...counts]
    .map(([server, requests]) => ({ server, requests }))
    .sort((a, b) => a.server.localeCompare(b.server, "en", { numeric: true }));
}

/** Half as much again as a fair share, and more than chance would do (chi-square at .001). */
export function skewFindings(servers: readonly ServerCount[], workers: number): Finding[] {
  const total = servers.reduce((sum, { requests }) => sum + requests, 0);
  if (workers < 2 || total === 0) return [];
  const fair = total / workers;
  const busiest = Math.max(...servers.map(({ requests }) => requests));
  const idle = Math.max(0, workers - servers.length);
  const statistic = servers.reduce((sum, { requests }) => sum + (requests - fair) ** 2 / fair, idle * fair);
  if (busiest < 1.5 * fair || chiSquareAbove(statistic, workers - 1) >= 0.001) return [];
  return [
    {
      severity: "warning",
      code: "connection-skew",
      message:
        `the busiest of ${counted(workers, "worker")} answered ${busiest} of ${total} requests, ` +
        `${figure(busiest / fair)} times its fair share`,
      advice: "Use one worker per pod, no keep-alive, or many more connections than workers.",
    },
  ];
}
