/** What batching must not change: every request gets the answer to its own texts, whatever ran beside it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sentimentProcess } from "../../bench/serving/sentiment-process.ts";
import { createService, deleteService, type ServiceState } from "../../infra/plugin/kinds/process/service.ts";
import { type Variant, type VariantName, variants } from "../../infra/variants/index.ts";
import { readEnvironment } from "../../infra/workspace/environment-file.ts";
import { payloads } from "../../workloads/payloads/index.ts";
import { setUpTiny } from "./set-up-tiny.ts";

describe.each(["length-buckets", "queue-arrival", "queue-length", "optimized"] as const)(
  "with %s",
  (name) => {
    let texts: readonly string[];
    let service: ServiceState;
    beforeAll(async () => {
      texts = (await payloads["reviews-and-tweets"].load()).texts.slice(0, 96);
      service = await up(name);
    });
    afterAll(() => deleteService(service));

    it("a request under load is answered as it is alone", async () => {
      const alone: Answer[] = [];
      for (const text of texts) alone.push(await classify([text]));
      const together = await Promise.all(texts.map((text) => classify([text])));
      // Not vacuous: the tiny model tells these texts apart by far more than padding changes.
      expect(new Set(alone.map(({ scores }) => scores[0]!.toFixed(4))).size).toBeGreaterThan(
        texts.length / 2,
      );
      expectSame(together, alone);
      expect(Math.max(...together.map(({ batch }) => batch))).toBeGreaterThan(1);
    });

    it("many texts in one request are answered in their order", async () => {
      const some = texts.slice(0, 32);
      const alone = await Promise.all(some.map((text) => classify([text])));
      expectSame([await classify(some)], [{ ...alone[0]!, scores: alone.flatMap(({ scores }) => scores) }]);
    });

    it("the stages of a request account for its time in the server", async () => {
      const answers = await Promise.all(texts.map((text) => classify([text])));
      const shares = answers.map(({ stages: { total, ...parts } }) => {
        expect(Object.values(parts).every((ms) => ms >= 0)).toBe(true);
        return Object.values(parts).reduce((a, b) => a + b, 0) / total!;
      });
      shares.sort((a, b) => a - b);
      // Three decimals of nine parts may round up.
      expect(shares.at(-1)).toBeLessThan(1.01);
      // Of one request, all may be lost where the worker was not run for a while; not of most.
      expect(shares[Math.floor(shares.length / 2)]).toBeGreaterThan(0.8);
    });

    async function classify(asked: readonly string[]): Promise<Answer> {
      const response = await fetch(`${service.url}/classify`, {
        method: "POST",
        body: JSON.stringify({ texts: asked }),
      });
      const { results } = (await response.json()) as { results: { scores: Record<string, number> }[] };
      const timing = response.headers.get("server-timing") ?? "";
      const stages = Object.fromEntries(
        [...timing.matchAll(/(\w+);dur=([\d.]+)/g)].map(([, stage, ms]) => [stage!, Number(ms)]),
      );
      return {
        scores: results.flatMap(({ scores }) => Object.values(scores)),
        batch: Number(/infer;dur=[\d.]+;desc="(\d+)"/.exec(timing)?.[1]),
        stages,
      };
    }
  },
);

interface Answer {
  readonly scores: readonly number[];
  /** Texts in the run of the model that it was in. */
  readonly batch: number;
  readonly stages: Readonly<Record<string, number>>;
}

/** In fp32: the int8 model scales its activations by the whole batch, so that answers depend on it a little. */
async function up(name: VariantName): Promise<ServiceState> {
  await setUpTiny();
  const { python, model: prepared } = await readEnvironment("tiny");
  const variant: Variant = { ...variants[name], runtime: "onnx" };
  const inputs = await sentimentProcess({ name: `test.${name}`, variant, python, prepared });
  const environment = { ...inputs.environment, TESTBED_STAGES: "on" };
  return createService({ ...inputs, environment }, new AbortController().signal);
}

function expectSame(some: readonly Answer[], others: readonly Answer[]): void {
  const shifts = some.flatMap(({ scores }, index) =>
    scores.map((score, position) => Math.abs(score - others[index]!.scores[position]!)),
  );
  expect(Math.max(...shifts)).toBeLessThan(1e-4);
}
