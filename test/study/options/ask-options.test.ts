/** How `testbed load` asks any address, by options alone. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { TestbedError } from "../../../errors/errors.ts";
import { buildProgram } from "../../../study/cli.ts";
import { askedBy, refuseBesideService } from "../../../study/options/ask-options.ts";
import { headersOf } from "../../../workloads/ask/asked.ts";

const folder = mkdtempSync(join(tmpdir(), "ask-options-"));
afterAll(() => rmSync(folder, { recursive: true }));
const problemsOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => Promise.reject(new Error("it was not refused")),
    (reason: TestbedError) => reason,
  );
  expect(error.kind).toBe("badInput");
  return error.problems.map(({ path, got }) => `${path}: ${got}`);
};

describe("an address", () => {
  it("is asked for our texts by POST, and every 2xx is right, where nothing is said", async () => {
    const { ask, requests, judge } = await askedBy({});
    expect(ask).toMatchObject({ method: "POST", headers: [], connection: "keep-alive" });
    expect(requests.count).toBeGreaterThan(1_000);
    expect(judge).toEqual({});
  });

  it("gets the headers and the body that are said", async () => {
    const { ask, requests } = await askedBy(
      {
        header: ["X-A: 1", "Content-Type: text/plain"],
        headerEnv: ["authorization=Bearer TOKEN"],
        body: "hello",
      },
      { TOKEN: "s3cret" },
    );
    expect(Object.fromEntries(headersOf(ask, requests.request(0)))).toEqual({
      "x-a": "1",
      "content-type": "text/plain",
      authorization: "Bearer s3cret",
    });
    expect(Buffer.from(requests.request(0).body).toString()).toBe("hello");
    expect(ask.secrets).toEqual(["s3cret"]);
  });

  it("is asked by GET where there is no body", async () => {
    const { ask, requests } = await askedBy({ body: "" });
    expect(ask.method).toBe("GET");
    expect(requests.request(0).body).toHaveLength(0);
  });

  it("gets the requests of any file, wherever it is, and is judged by a file", async () => {
    const [payloadFile, judge] = [join(folder, "rows.csv"), join(folder, "judge.json")];
    writeFileSync(payloadFile, "text\nFine.\n");
    writeFileSync(judge, '{"status":[200],"label":"/label"}');
    const asked = await askedBy({ payloadFile, template: '{"q":"{{text}}"}', judge });
    expect(Buffer.from(asked.requests.request(0).body).toString()).toBe('{"q":"Fine."}');
    expect(asked.judge).toEqual({ status: [200], label: "/label" });
  });
});

it("every option that makes no sense is told, and no value of a header", async () => {
  const told = await problemsOf(
    askedBy({
      method: "POKE",
      header: ["s3cret"],
      headerEnv: ["authorization"],
      body: "@/no/such/file",
      payload: "tweets",
      format: "csv",
      judge: '{"status":[1]}',
    }),
  );
  expect(told).toEqual([
    "--header: no name before a colon",
    "--header-env: no name of a variable at its end",
    '--method: "POKE"',
    "--judge status[0]: 1",
    "--body: several",
    "--format: csv",
    "--body: /no/such/file",
  ]);
  expect(await problemsOf(askedBy({ header: ["host: s3cret\n"] }))).toEqual([
    expect.not.stringContaining("s3cret"),
  ]);
  expect(await problemsOf(askedBy({ headerEnv: ["authorization=Bearer TOKEN"] }, {}))).toEqual([
    "ask.headers.authorization: not set",
  ]);
});

it("options that a service's file says already are refused beside it", () => {
  expect(() => refuseBesideService({ headerEnv: ["a=B"], judge: "{}", rate: "1" })).toThrow(
    /--service says already/,
  );
  expect(() => refuseBesideService({ rate: "1" })).not.toThrow();
});

it("a header may be given as often as needed, without taking the address", async () => {
  const { commands } = await buildProgram(["load"]);
  const load = commands.find((command) => command.name() === "load")!;
  load.action(() => {});
  load.parse(["--header", "a: 1", "--header", "b: 2", "http://x/"], { from: "user" });
  expect(load.opts().header).toEqual(["a: 1", "b: 2"]);
  expect(load.args).toEqual(["http://x/"]);
});
