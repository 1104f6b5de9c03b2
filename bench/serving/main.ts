/**
 * `npm run bench:serving [-- --rounds N]`: what each step is worth, how near the best variant comes to the bare
 * runtime, and what other frameworks do with the same model. All services stand at the same time and are loaded in
 * turn, in random order, round after round, so that a busy neighbour hits all of them; ratios are taken within a
 * round; who is not being loaded is stopped (turns.ts). The load generator runs on the same cores, and what it takes is not taken off.
 */
import os from "node:os";
import { parseArgs } from "node:util";
import { createService, deleteService, type ServiceState } from "../../infra/plugin/kinds/process/service.ts";
import { classifications } from "../../infra/services/sentiment/asked.ts";
import { variants } from "../../infra/variants/index.ts";
import { readEnvironment } from "../../infra/workspace/environment-file.ts";
import { shuffled } from "../../study/plan/order.ts";
import { setUp } from "../../study/session/setup.ts";
import { interruptSignal } from "../../study/terminal/interrupt.ts";
import { print } from "../../study/terminal/print.ts";
import { terminalProgress } from "../../study/terminal/progress.ts";
import { payloads } from "../../workloads/payloads/index.ts";
import { median } from "../generators/statistics.ts";
import { agreement, answersOf } from "./agreement.ts";
import { boundModes, measureBound } from "./bound.ts";
import { type Contestant, everyone, withStages } from "./contestants.ts";
import { offer, saturate } from "./measure.ts";
import { type Measured, type Rounds, report } from "./report.ts";
import { inTurn, resumed, stopped } from "./turns.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
    connections: { type: "string", default: "64" },
    only: { type: "string", default: "" },
    model: { type: "string", default: "roberta-base" },
    /** Poisson arrivals at half of what saturation gave, this long. */
    "half-seconds": { type: "string", default: "15" },
  },
});
/** A pass of one process in one mode then takes 1-2 s. */
const boundTexts = 160;
const comparedTexts = 400;
/** Looked at below saturation too. */
const atHalf = ["optimized", withStages, "queue-length", "int8-workers", "fastapi", "mosec", "litserve"];
const rounds = Number(values.rounds);
const connections = Number(values.connections);

const progress = terminalProgress();
const { signal, release } = interruptSignal(progress.say);
await setUp({ model: values.model }, progress);
const { python, model: prepared } = await readEnvironment(values.model);
const set = await payloads["reviews-and-tweets"].load();
const asked = classifications(set.bodies());
const only = values.only === "" ? undefined : values.only.split(",");
const contestants = (await everyone({ python, prepared, progress: progress.say })).filter(
  ({ name }) => only === undefined || only.includes(name),
);
const results: Rounds = {
  bound: new Map(boundModes.map((mode) => [mode, []])),
  measured: contestants.map(({ name, description }) => ({ name, description, figures: [], half: undefined })),
  agreement: new Map(),
};
const services = new Map<string, ServiceState>();
let roundsDone = 0;
try {
  for (const { name, inputs } of contestants) {
    progress.live(`starting ${name}`);
    const service = await createService(inputs, signal);
    services.set(name, service);
    stopped(service);
  }
  while (roundsDone < rounds) {
    await measureRound(roundsDone);
    roundsDone += 1;
    progress.say(`round ${roundsDone} of ${rounds} done`);
  }
  for (const measured of results.measured.filter(({ name }) => atHalf.includes(name))) {
    measured.half = await half(measured);
  }
  await compareAnswers();
} catch (error) {
  if (!signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  progress.end();
  for (const service of services.values()) resumed(service);
  await Promise.all([...services.values()].map(deleteService));
  release();
}
if (roundsDone > 0) {
  const machine = `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores`;
  const given = {
    machine,
    model: values.model,
    rounds: roundsDone,
    connections,
    seconds: Number(values.seconds),
  };
  print(report(results, given));
}

async function measureRound(round: number): Promise<void> {
  const order = shuffled<Contestant | "bound">([...contestants, "bound"], `${round}/order`);
  for (const turn of order) {
    signal.throwIfAborted();
    progress.live(`round ${round + 1} of ${rounds}: ${turn === "bound" ? "bare runtime" : turn.name}`);
    if (turn === "bound") await measureBoundOnce();
    else await saturateOnce(turn.name, round);
  }
}

async function measureBoundOnce(): Promise<void> {
  const found = await measureBound({
    python,
    modelDirectory: prepared.directory,
    variant: variants.optimized,
    processes: os.cpus().length,
    textsEach: boundTexts,
    modes: boundModes,
    texts: set.texts,
  });
  for (const [mode, figure] of found) results.bound.get(mode)!.push(figure);
}

async function saturateOnce(name: string, round: number): Promise<void> {
  const load = { asked, seconds: Number(values.seconds), seed: round, signal };
  const service = services.get(name)!;
  const figure = await inTurn(service, () => saturate(service, connections, load));
  results.measured.find((measured) => measured.name === name)!.figures.push(figure);
}

async function half({ name, figures }: Measured) {
  progress.live(`${name} at half capacity`);
  const rate = median(figures.map(({ perSecond }) => perSecond)) / 2;
  const load = { asked, seconds: Number(values["half-seconds"]), seed: 1, signal };
  const service = services.get(name)!;
  return { ratePerSecond: rate, ...(await inTurn(service, () => offer(service, rate, load))) };
}

/** With the baseline's, on every k-th of the texts. */
async function compareAnswers(): Promise<void> {
  const baseline = services.get("baseline");
  if (baseline === undefined) return;
  const step = Math.ceil(set.texts.length / comparedTexts);
  const texts = set.texts.filter((_, index) => index % step === 0);
  progress.live("answers of baseline");
  const reference = await inTurn(baseline, () => answersOf(baseline, texts, signal));
  for (const [name, service] of services) {
    progress.live(`answers of ${name}`);
    const answers = await inTurn(service, () => answersOf(service, texts, signal));
    results.agreement.set(name, agreement(reference, answers));
  }
}
