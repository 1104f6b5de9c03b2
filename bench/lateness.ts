/** Lateness as a shared machine makes it, for simulated studies. */
import { randomStream } from "../workloads/random/random.ts";

/** What one send takes, ms: those that are due together go out one after the other. */
const betweenSendsMs = 0.02;
/** Usual wake-up of a timer, ms: log-normal, with this median and spread. */
const [usualMs, usualSpread] = [0.012, 0.5];

/**
 * One sender who sends in order: woken by a timer, it is some ten microseconds late, and at times by milliseconds; then
 * all that is due by now goes out.
 * @param share of the wake-ups that find the processor taken
 * @param takenMs mean of how long it then is
 */
export function inOrder(
  scheduledMs: ArrayLike<number>,
  seed: number | string,
  share: number,
  takenMs = 4,
): (seq: number) => number {
  const random = randomStream(String(seed), "lateness");
  const late = new Float64Array(scheduledMs.length);
  let before = Number.NEGATIVE_INFINITY;
  for (let seq = 0; seq < late.length; seq++) {
    const due = scheduledMs[seq]!;
    const taken = random.uniform() < share ? -takenMs * Math.log(1 - random.uniform()) : 0;
    const awake = due + usualMs * Math.exp(usualSpread * random.normal()) + taken;
    const sent = Math.max(before + betweenSendsMs, due <= before ? 0 : awake);
    late[seq] = sent - due;
    before = sent;
  }
  return (seq) => late[seq]!;
}
