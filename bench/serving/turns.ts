/**
 * Sixteen idle services take a good third of a core, some by polling. So all but the one whose turn it is are stopped
 * (SIGSTOP), and every figure is of a service that has the machine to itself and the generator.
 */
import { marked, pause } from "../../infra/host/process.ts";
import type { ServiceState } from "../../infra/plugin/kinds/process/service.ts";

/** A parent before its children, so that none of them looks dead to a parent that still looks. */
export function stopped({ token }: ServiceState): void {
  for (const pid of marked(token)) process.kill(pid, "SIGSTOP");
}

export function resumed({ token }: ServiceState): void {
  for (const pid of marked(token).reverse()) process.kill(pid, "SIGCONT");
}

export async function inTurn<T>(service: ServiceState, act: () => Promise<T>): Promise<T> {
  resumed(service);
  try {
    await answering(service);
    return await act();
  } finally {
    stopped(service);
  }
}

const answersWithinMs = 30_000;

/** What waited while it was stopped comes first: time-outs of its own, connections that have gone. */
async function answering({ url }: ServiceState): Promise<void> {
  const deadline = performance.now() + answersWithinMs;
  for (;;) {
    const answer = await fetch(`${url}/classify`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ texts: ["Are you there?"] }),
      signal: AbortSignal.timeout(2_000),
    }).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    if (performance.now() > deadline) throw new Error(`${url} does not answer any more`);
    await pause(100);
  }
}
