/** Whether a service's port accepts connections yet. */
import { connect } from "node:net";

const pollMs = 100;
const answerWithinMs = 1_000;

/**
 * A cluster's nodes learn of a new pod a moment after it runs, and refuse what it sends until then, where they enforce who
 * may speak to whom. Nothing is asked: a connection that stands is closed.
 * @returns false where it did not accept within the time; the requests will say why
 */
export async function untilAccepted(
  url: string,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const place = {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
  };
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await accepts(place)) return true;
    if (signal.aborted || performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function accepts(place: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(place);
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(answerWithinMs, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
