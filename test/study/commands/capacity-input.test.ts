/** What `testbed capacity <url>` asks, and what it refuses, up to its first request; and a plan of a broken payload. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { TestbedError } from "../../../errors/errors.ts";
import { capacityCommand } from "../../../study/commands/capacity.ts";
import { planCommand } from "../../../study/commands/plan.ts";

let folder = "";
let server: Server;
const seen: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "capacity-input-"));
  server = createServer((request, answer) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      seen.push(`${request.method} ${request.url} ${request.headers["x-a"]} ${body}`);
      // Right once; the second request of the first look is not, so that nothing is measured.
      answer.statusCode = seen.length === 1 ? 200 : 418;
      answer.end('{"predictions":[0.4]}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const refusal = (work: Promise<unknown>): Promise<TestbedError> =>
  work.then(
    () => Promise.reject(new Error("it was not refused")),
    (error: TestbedError) => error,
  );

it("a url alone is asked as the options say, every 2xx is right, and nothing of our service's is looked for", async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const out = join(folder, "capacity.json");
  const error = await refusal(
    capacityCommand.run([`${url}/score`], { out, body: '{"n":1}', header: ["X-A: yes"] }),
  );
  expect(seen).toEqual(Array(2).fill('POST /score yes {"n":1}'));
  expect(error.message).toMatch(/answered its first request wrongly: status 418/);
});

it.each<[string, string, Record<string, unknown>]>([
  ["a variant", "baseline", { body: "{}" }],
  ["--service", "http://127.0.0.1:9/", { service: "sentiment", body: "{}" }],
])("%s says how it is asked: an option that says it too is refused", async (beside, given, options) => {
  const error = await refusal(capacityCommand.run([given], options));
  expect(error.kind).toBe("badInput");
  expect(error.problems).toEqual([{ path: "--body", expected: `left out beside ${beside}`, got: "{}" }]);
});

it("a plan tells a broken payload, and does not ask for a token that only the run needs", async () => {
  const service = {
    name: "mine",
    run: { kind: "command", command: ["serve", "{port}"] },
    variants: { a: {}, b: {} },
    ask: {
      headers: { authorization: { environment: "A_TOKEN_THAT_NOBODY_SET" } },
      payload: { file: "l.jsonl" },
    },
  };
  const study = {
    name: "mine",
    description: "",
    service: "./service.json",
    baseline: "a",
    variants: ["b"],
    scenarios: [
      {
        name: "s",
        description: "",
        arrival: { kind: "exponential" },
        rate: { perSecond: 5 },
        durationSeconds: 5,
      },
    ],
    blocks: 8,
    slo: { responseMs: 100 },
  };
  const file = join(folder, "study.json");
  await writeFile(join(folder, "service.json"), JSON.stringify(service));
  await writeFile(file, JSON.stringify(study));
  await writeFile(join(folder, "l.jsonl"), '{"n":1}\n{"n":\n');
  const error = await refusal(planCommand.run([file], { json: true }));
  expect(error.kind).toBe("badInput");
  expect(error.problems.map(({ path }) => path)).toEqual(["l.jsonl, line 2"]);
  await writeFile(join(folder, "l.jsonl"), '{"n":1}\n');
  const said = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await planCommand.run([file], { json: true });
  said.mockRestore();
});
