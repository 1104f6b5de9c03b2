import { mkdtemp } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { qualityFindings } from "../../../analysis/cells/quality-findings.ts";
import type { ManifestFile } from "../../../analysis/schema/results-folder.ts";
import type { Service } from "../../../infra/services/index.ts";
import { planFile } from "../../../study/plan/plan.ts";
import { answersBeside, comparedHere } from "../../../study/quality/answers-beside.ts";
import type { OpenAsked } from "../../../study/spec/asked.ts";
import { openStore, type Store } from "../../../study/store/store.ts";
import { askSpec, resolveAsk } from "../../../workloads/ask/ask.ts";
import { requestsOf } from "../../../workloads/ask/asked.ts";
import { judgeSpec } from "../../../workloads/judge/judge.ts";
import { studySpec } from "../../../workloads/spec/spec.ts";
import { quick } from "../../../workloads/studies/quick.ts";

/** Doubles the number it is asked, and adds what the path says. */
let server: Server;
let origin: string;
let received: string[];
beforeEach(async () => {
  received = [];
  server = createServer((request, answer) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      received.push(request.url!);
      const shift = Number(request.url!.slice(1));
      answer.end(JSON.stringify({ twice: 2 * JSON.parse(body) + shift }));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

const plan = planFile(
  studySpec.parse({ ...quick, service: "./s.ts", baseline: "old", variants: ["new", "loose"] }),
  "run",
  "2026-04-20T10:00:00.000Z",
);
const agreement = { number: { tolerance: 0.5 } };
const service = {
  spec: { agreement, variants: { old: {}, new: {}, loose: { agreement: { number: { tolerance: 2 } } } } },
} as unknown as Service;
const payload = {
  asked: {
    ask: resolveAsk(askSpec.parse({}), {}),
    requests: requestsOf(Array.from({ length: 80 }, (_, n) => Buffer.from(String(n)))),
    judge: judgeSpec.parse({ number: "/twice" }),
  },
} as unknown as OpenAsked;

async function run(first: Partial<ManifestFile> = {}) {
  let manifest = first as ManifestFile;
  const folder = openStore(await mkdtemp(join(tmpdir(), "beside-")));
  const store: Pick<Store, "readAnswers" | "writeAnswers" | "readManifest" | "writeManifest"> = {
    ...folder,
    readManifest: async () => manifest,
    writeManifest: async (next) => {
      manifest = next;
    },
  };
  const said: string[] = [];
  const beside = () =>
    answersBeside({
      ...{ plan, service, payload, store, signal: new AbortController().signal },
      say: (text) => said.push(text),
    });
  return { beside, said, quality: () => manifest.quality, manifest: () => manifest };
}

describe("a study compares numbers and vectors outside its trials", () => {
  it("on the first deployment of each variant, in whichever order, each by its own limit", async () => {
    const { beside, said, quality, manifest } = await run();
    const { look } = beside();
    await look("new", `${origin}/1`);
    expect(quality()).toBeUndefined();
    await look("old", `${origin}/0`);
    await look("loose", `${origin}/1`);
    expect(quality()).toMatchObject({
      new: {
        file: "answers/new.json",
        agreement: { requests: 50, within: false, compared: [{ by: "number", observed: 1, limit: 0.5 }] },
      },
      loose: { agreement: { requests: 50, within: true } },
    });
    expect(said).toEqual(["new answers too differently from the baseline: its trials will be invalid"]);
    expect(qualityFindings(manifest(), "new")).toMatchObject([
      { severity: "invalid", code: "outside-tolerance" },
    ]);
    expect(qualityFindings(manifest(), "loose")).toEqual([]);
  });

  it("once in a run, also in one that is continued", async () => {
    const { beside } = await run();
    await beside().look("old", `${origin}/0`);
    await beside().look("old", `${origin}/0`);
    expect(received).toHaveLength(50);
  });

  it("and leaves what `testbed quality` has said before", async () => {
    const known = { file: "results/quality/x.json", agreement: { requests: 80, compared: [], within: true } };
    const { beside, quality } = await run({ quality: { new: known } });
    const { look } = beside();
    await look("old", `${origin}/0`);
    await look("new", `${origin}/1`);
    expect(quality()).toEqual({ new: known });
  });

  it("and not by labels, which the trials themselves compare, nor where nothing is declared", () => {
    const spec = (given: object) => ({ spec: { variants: {}, ...given } }) as unknown as Service;
    expect(comparedHere(spec({ agreement: { label: { least: 1 } } }), "any")).toBeUndefined();
    expect(comparedHere(spec({ agreement: { label: { least: 1 }, ...agreement } }), "any")).toEqual(
      agreement,
    );
    expect(comparedHere(spec({}), "any")).toBeUndefined();
  });
});
