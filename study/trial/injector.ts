/**
 * The injections of one trial, concurrent with its load and on its clock. Before each injection the service must be
 * steady; its subject is recorded before the act; and however the trial ends, the act is undone.
 */

import { messageOf } from "../../errors/errors.ts";
import type { Chosen, Disruption, RouteHandle, SubjectBase } from "../../infra/disruptions/disruption.ts";
import { noteDown } from "../../infra/disruptions/journal/journal.ts";
import type { UnderTest } from "../../infra/targets/index.ts";
import type { Random } from "../../workloads/random/random.ts";
import type { InjectionRecord } from "../../workloads/samples/timeline.ts";
import type { Slot } from "../../workloads/spec/injections.ts";

export interface InjectionRequest {
  /** Its name in the catalog. */
  readonly name: string;
  readonly disruption: Disruption;
  readonly settings: unknown;
  readonly slots: readonly Slot[];
  readonly underTest: Pick<UnderTest, "service">;
  readonly route: RouteHandle | null;
  readonly random: Random;
  /** Empty where the service is steady, else what keeps it from it. */
  readonly unsteady: () => Promise<string>;
  /** On the trial's clock. */
  readonly clock: Clock;
  readonly note?: typeof noteDown;
  readonly signal: AbortSignal;
}

export interface Clock {
  nowMs(): number;
  /** Resolves early where the signal aborts. */
  until(atMs: number, signal: AbortSignal): Promise<void>;
}

/** The steady state is looked at this long before the intended instant, so that the instant itself is kept. */
const lookAheadMs = 2_000;
const lookAgainMs = 500;

/** @returns one record per slot; never rejects: what fails is in its record */
export async function inject(request: InjectionRequest): Promise<readonly InjectionRecord[]> {
  const records: InjectionRecord[] = [];
  for (const slot of request.slots) records.push(await injectOnce(request, slot));
  return records;
}

async function injectOnce(request: InjectionRequest, slot: Slot): Promise<InjectionRecord> {
  const { clock, signal } = request;
  const { index, intendedMs } = slot;
  const never = { index, intendedMs, startedMs: null, injectedMs: null, undoneMs: null, steadyBefore: false };
  const blank = { ...never, subject: "", mechanism: "" };
  await clock.until(intendedMs - lookAheadMs, signal);
  if (signal.aborted) return { ...blank, error: "the trial was interrupted before it" };
  const why = await untilSteady(request, slot);
  if (why !== "") return { ...blank, error: `not made: the service was not steady: ${why}` };
  let chosen: SubjectBase;
  try {
    chosen = await choose(request);
  } catch (error) {
    return { ...blank, error: `not made: ${messageOf(error)}` };
  }
  await clock.until(intendedMs, signal);
  if (signal.aborted) return { ...blank, error: "the trial was interrupted before it" };
  const { subject, mechanism } = chosen;
  return { index, intendedMs, steadyBefore: true, subject, mechanism, ...(await act(request, chosen)) };
}

async function untilSteady({ unsteady, clock, signal }: InjectionRequest, slot: Slot): Promise<string> {
  for (;;) {
    const why = await unsteady();
    if (why === "" || signal.aborted || clock.nowMs() >= slot.latestMs) return why;
    await clock.until(clock.nowMs() + lookAgainMs, signal);
  }
}

async function choose({ disruption, ...request }: InjectionRequest): Promise<SubjectBase> {
  const { service } = request.underTest;
  const settings = disruption.settings.parse(request.settings);
  const how = disruption.on[service.target] as
    | ((chosen: Chosen<unknown>) => Promise<SubjectBase>)
    | undefined;
  if (how === undefined) throw new Error(`the disruption does not support the target ${service.target}`);
  const { random, route } = request;
  return disruption.subject.parse(await how({ service, settings, random, route }));
}

async function act(request: InjectionRequest, subject: SubjectBase) {
  const { name, disruption, clock, signal, note = noteDown } = request;
  const forget = note({ disruption: name, service: request.underTest.service.name, subject });
  const startedMs = clock.nowMs();
  let injectedMs: number | null = null;
  let undoneMs: number | null = null;
  const errors: string[] = [];
  try {
    await disruption.inject(subject);
    injectedMs = clock.nowMs();
    const lastsMs = disruption.lastsSeconds(disruption.settings.parse(request.settings)) * 1000;
    if (lastsMs > 0) await clock.until(startedMs + lastsMs, signal);
  } catch (error) {
    errors.push(messageOf(error));
  } finally {
    try {
      if (await disruption.undo(subject)) undoneMs = clock.nowMs();
      forget();
    } catch (error) {
      // Its entry stays: `testbed down` tries again.
      errors.push(`the disruption could not be undone: ${messageOf(error)}`);
    }
  }
  return { startedMs, injectedMs, undoneMs, error: errors.join("; ") };
}
