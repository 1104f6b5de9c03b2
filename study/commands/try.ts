import { readFileSync } from "node:fs";
import { TestbedError } from "../../errors/errors.ts";
import { secretsOf, targetsOfKind } from "../../infra/services/definition/run.ts";
import { loadService, type Service, variantNames, variantOf } from "../../infra/services/index.ts";
import { withCredentials } from "../../workloads/ask/address.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { hidden } from "../../workloads/ask/masked-secrets.ts";
import type { Answer } from "../../workloads/ask/single-request.ts";
import { airgapOption, jsonOption, numbers, useAirgap } from "../options/options.ts";
import { openAsked } from "../spec/asked.ts";
import { print, printJson } from "../terminal/print.ts";
import { terminalProgress } from "../terminal/progress.ts";
import { adviceOn } from "../try/advice.ts";
import { askingOf, askOnce, type Exchange } from "../try/ask-once.ts";
import { eventsOf, exchangeText, figure } from "../try/exchange-text.ts";
import { offeredBy } from "../try/openapi-paths.ts";
import { type Running, whileRunning } from "../try/running.ts";
import type { CommandSpec } from "./command.ts";

export const tryCommand: CommandSpec = {
  arguments: [{ name: "<service>", description: "a service file, or the name of a service of the testbed" }],
  options: [
    { flags: "--variant <name>", description: "variant to start; default baseline, else the first" },
    { flags: "--request <n>", description: "number of the request in the payload, from 1; default 1" },
    {
      flags: "--target <name>",
      description: "where the variant runs; default the first target that can run this kind of service",
    },
    airgapOption,
    jsonOption,
  ],
  async run([given = ""], options) {
    useAirgap(options);
    const service = await loadService(given);
    const variant = String(options.variant ?? usualVariant(service));
    variantOf(service, variant);
    const { asked } = await openAsked(service);
    const index = indexOf(options.request, asked);
    const [usual] = targetsOfKind[service.spec.run.kind];
    const target = String(options.target ?? usual);
    const model = service.own?.defaultModel;
    const progress = terminalProgress();
    const shown = await whileRunning({ service, variant, target, model }, progress, async (running) => {
      const first = await askUntilUp(asked, index, running, service);
      const second = first.verdict.outcome === "ok" ? await askOnce(first.asking, asked) : undefined;
      const offered =
        first.answer !== undefined && [404, 405].includes(first.answer.status)
          ? await offeredBy(first.asking.url)
          : [];
      return { running, first, second, offered };
    });
    tell({ ...shown, service, variant, index, asked, target }, options.json === true);
  },
};

interface Shown {
  readonly service: Service;
  readonly variant: string;
  readonly target: string;
  readonly asked: Asked;
  readonly index: number;
  readonly running: Running;
  readonly first: Exchange;
  /** The same request again, where the first answer was right. */
  readonly second: Exchange | undefined;
  readonly offered: readonly string[];
}

function tell(
  { service, variant, target, asked, index, running, first, second, offered }: Shown,
  json: boolean,
): void {
  const { secrets } = withCredentials(running.url, asked.ask).ask;
  const isRight = first.verdict.outcome === "ok";
  const advice = [
    ...adviceOn({ ...first, judge: asked.judge, offered, isUrl: target === "url" }),
    ...(second === undefined ? [] : notesOn(first, second)),
  ].map((line) => hidden(line, secrets));
  if (json) {
    printJson({
      ...{ service: service.spec.name, variant, target, request: index + 1, right: isRight },
      status: first.answer?.status ?? 0,
      judged: isRight ? "right" : hidden((first.verdict as { reason: string }).reason, secrets),
      ms: first.answer?.ms ?? null,
      secondMs: second?.answer?.ms ?? null,
      ...(first.answer?.eventsMs === undefined ? {} : { events: eventsOf(first.answer) ?? null }),
      advice,
    });
  } else {
    print(`service  ${service.spec.name}, variant ${variant}, ${running.how}`);
    print(`payload  request ${index + 1} of ${asked.requests.count.toLocaleString("en-US")}`);
    print(exchangeText(first, asked.judge, secrets));
    if (second?.answer !== undefined) print(`again    ${againText(second.answer)}, once it is warm`);
    for (const line of advice) print(`         ${line}`);
    if (!isRight && running.logFile !== undefined)
      printLog(running.logFile, [...secrets, ...secretsOf(service.spec.run)]);
  }
  if (!isRight) {
    throw new TestbedError(
      "runFailed",
      `${first.answer === undefined ? "no answer of" : "the answer of"} ${service.spec.name}${first.answer === undefined ? "" : " is not right"}: ${hidden((first.verdict as { reason: string }).reason, secrets)}`,
      {
        hint: "Change the service file as advised above, and try again.",
      },
    );
  }
}

function againText(answer: Answer): string {
  const events = eventsOf(answer);
  const first = events === undefined ? "" : `, the first event after ${figure(events.firstMs)} ms`;
  return `${figure(answer.ms)} ms${first}`;
}

/** What a person should know though both answers are right. */
function notesOn(first: Exchange, second: Exchange): readonly string[] {
  if (second.verdict.outcome !== "ok") {
    return [`Note: repeating the request gave an answer that is judged wrong: ${second.verdict.reason}`];
  }
  return first.answer!.body.equals(second.answer!.body)
    ? []
    : [
        "Note: two equal requests had different answers. That is fine for sampled answers, but variants then cannot agree exactly.",
      ];
}

function usualVariant(service: Service): string {
  const names = variantNames(service);
  return names.includes("baseline") ? "baseline" : names[0]!;
}

function indexOf(given: unknown, { requests }: Asked): number {
  const { request = 1 } = numbers({ request: given });
  if (Number.isInteger(request) && request >= 1 && request <= requests.count) return request - 1;
  throw new TestbedError("badInput", "there is no such request", {
    problems: [{ path: "--request", expected: `1 to ${requests.count}`, got: String(given) }],
  });
}

const loading = [502, 503, 504];
const pauseMs = 200;

/** A service that is still loading says so, or does not listen yet: until it should be ready, that is no answer. */
async function askUntilUp(
  asked: Asked,
  index: number,
  running: Running,
  service: Service,
): Promise<Exchange> {
  const deadline = performance.now() + (running.logFile === undefined ? 0 : service.spec.startSeconds * 1000);
  for (;;) {
    const exchange = await askOnce(askingOf(asked, index, running.url), asked);
    const { answer, verdict } = exchange;
    const isLoading =
      answer === undefined ? verdict.outcome === "none" && verdict.refused : loading.includes(answer.status);
    if (!isLoading || performance.now() > deadline || running.signal.aborted) return exchange;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

const logLines = 8;

function printLog(path: string, secrets: readonly string[]): void {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return; // A target may keep its log elsewhere.
  }
  const lines = text.trimEnd().split("\n").slice(-logLines);
  if (lines.join("") === "") return;
  print(`log      ${path}`);
  for (const line of lines) print(`  ${hidden(line, secrets)}`);
}
