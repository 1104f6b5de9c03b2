/** What a service is started or asked with by name is shown nowhere, though the service repeats it. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { probeOf } from "../../../../../infra/plugin/kinds/process/ready-probe.ts";
import { createService } from "../../../../../infra/plugin/kinds/process/service.ts";
import { checkVariables, type RunSpec } from "../../../../../infra/services/definition/run.ts";

const secret = "s3cret-of-nobody";
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "secrets-"));
  vi.stubEnv("GIVEN_TOKEN", secret);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const probe = {
  method: "POST" as const,
  path: "/score",
  headers: { authorization: { environment: "GIVEN_TOKEN", prefix: "Bearer " } },
  body: "",
  judge: {},
};

it("the end of a log that a failed service leaves has no value of a variable that was passed on", async () => {
  const script = 'console.log("no model for " + process.env.TOKEN); process.exit(3)';
  const failed = createService(
    {
      name: "test.secrets",
      command: [process.execPath, "-e", script, "{port}"],
      cwd: folder,
      environment: {},
      environmentFrom: { TOKEN: "GIVEN_TOKEN" },
      inheritEnvironment: false,
      readyPath: null,
      probe,
      logFile: join(folder, "log"),
      startTimeoutSeconds: 20,
      drainSeconds: 1,
      contentDigest: "sha256:test",
    },
    new AbortController().signal,
  );
  await expect(failed).rejects.toThrow(/ended before it was ready[\s\S]*no model for \*\*\*/);
  await expect(failed).rejects.not.toThrow(secret);
});

it("why a service is not ready quotes its answer without the header's value", async () => {
  const server = createServer((request, answer) => {
    answer.statusCode = 401;
    answer.end(`denied: ${request.headers.authorization}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { why } = await probeOf({ readyPath: null, probe }, origin, process.env)();
  server.close();
  expect(why).toMatch(/status 401; the answer: denied: Bearer \*\*\*$/);
});

it("a variable that a service is started with and that nobody has set is bad input, named before anything starts", () => {
  const run = {
    kind: "command",
    environment: { A: "x", TOKEN: { environment: "GIVEN_TOKEN" }, KEY: { environment: "SET_BY_NOBODY" } },
  } as unknown as RunSpec;
  expect(() => checkVariables(run)).toThrow(
    expect.objectContaining({
      kind: "badInput",
      problems: [
        { path: "run.environment.KEY", expected: "the environment variable SET_BY_NOBODY", got: "not set" },
      ],
    }),
  );
});
