/** A service as data: what is wrong with a file is told at once, and what its settings become. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  argumentsOf,
  builtInService,
  environmentOf,
  lifecycleOf,
  loadService,
  replicasOf,
  requestsAtOnce,
  resourcesOf,
  type ServiceInput,
  shownSettings,
  urlOf,
  variantNames,
  variantOf,
  withChoices,
} from "../../../../infra/services/index.ts";
import { variantNamespace } from "../../../../infra/services/namespace.ts";
import { placementProblems } from "../../../../infra/services/placement.ts";
import { bentoServiceOf } from "../../../../infra/services/runs/bentoml.ts";
import { targets } from "../../../../infra/targets/index.ts";

const own = {
  name: "own",
  run: { kind: "command", command: ["node", "server.mjs", "{port}"] },
  settings: {
    workers: { type: "integer", default: 1, minimum: 1, maximum: 8, to: { environment: "WORKERS" } },
    mode: { type: "enum", values: ["a", "b"], default: "a", to: { argument: "--mode={value}" } },
    loud: { type: "boolean", default: false, to: { argument: "--loud" } },
    cache: {
      type: "boolean",
      default: true,
      to: { environment: "CACHE", written: { true: "yes", false: "no" } },
    },
    size: { type: "integer", default: 10, to: { environment: "CACHE_SIZE" }, when: { cache: [true] } },
    copies: { type: "integer", default: 1, to: "replicas" },
    cpu: { type: "number", default: 1.5, to: "resources.cpu" },
    pause: { type: "integer", default: 3, to: "lifecycle.preStopSeconds" },
  },
  variants: { baseline: {}, "four-workers": { workers: 4, mode: "b", loud: true, cache: false } },
  concurrency: { processes: "workers", servers: { product: ["workers", 2] }, batch: 4 },
  ask: { path: "/predict" },
} satisfies ServiceInput;

const text = (more: object) => ({ type: "string", default: "a", to: { environment: "TEXT" }, ...more });

async function loaded(change: object = {}) {
  const file = join(await mkdtemp(join(tmpdir(), "service-")), "own.json");
  await writeFile(file, JSON.stringify({ ...own, ...change }));
  return loadService(file);
}

async function problemsWith(change: object) {
  const error = await loaded(change).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toMatchObject({ kind: "badInput", exitCode: 2 });
  return error.problems.map(
    ({ path, expected }: { path: string; expected: string }) => `${path}: ${expected}`,
  );
}

describe("a service file", () => {
  it("becomes environment, arguments, replicas, resources and lifecycle, as its settings say", async () => {
    const { spec, ...rest } = await loaded();
    const [plain, four] = ["baseline", "four-workers"].map((name) => variantOf({ spec, ...rest }, name));
    expect(environmentOf(spec, plain!)).toEqual({ WORKERS: "1", CACHE: "yes", CACHE_SIZE: "10" });
    // A setting that has no meaning beside the others is passed on to nobody.
    expect(environmentOf(spec, four!)).toEqual({ WORKERS: "4", CACHE: "no" });
    expect(argumentsOf(spec, plain!)).toEqual(["--mode=a"]);
    expect(argumentsOf(spec, four!)).toEqual(["--mode=b", "--loud"]);
    expect(replicasOf(spec, plain!)).toBe(1);
    expect(resourcesOf(spec, plain!).cpu).toBe(1.5);
    expect(lifecycleOf(spec, plain!)).toMatchObject({ preStopSeconds: 3, readiness: { periodSeconds: 5 } });
    expect(requestsAtOnce(spec, four!)).toBe(4 * 2 * 4);
    expect(shownSettings(spec, plain!, false)).not.toHaveProperty("cpu");
    expect(shownSettings(spec, plain!, true)).toMatchObject({ cpu: 1.5, pause: 3 });
  });

  it("has every problem told at once, with its path", async () => {
    expect(
      await problemsWith({
        colour: "red",
        settings: { workers: { ...own.settings.workers, default: 9 }, description: own.settings.mode },
        variants: { baseline: { workers: 9 }, other: { threads: 2 } },
        concurrency: { servers: "threads" },
        stages: "mode",
      }),
    ).toEqual([
      "colour: no such key",
      "settings.workers.default: a whole number from 1 to 8",
      "settings.description: another name: description, agreement, name are reserved in variants",
      "concurrency.servers: a setting that is a number, not threads",
      "stages: a setting that is true or false",
      "variants.baseline.workers: a whole number from 1 to 8",
      "variants.other.threads: a setting: workers, description",
    ]);
  });

  it.each([
    ["a command without {port}", { run: { kind: "command", command: ["node"] } }, "run.command"],
    ["credentials in a URL", { run: { kind: "url", url: "https://a:b@host/" }, settings: {} }, "run.url"],
    ["an image without a digest", { run: { kind: "image", image: "x/y:latest", port: 80 } }, "run.image"],
    ["a variant without a URL", { run: { kind: "url" }, settings: {}, variants: { a: {} } }, "variants.a"],
    [
      "a word that no process can be given",
      { run: { kind: "command", command: ["a\0", "{port}"] } },
      "run.command[0]: text without a NUL",
    ],
    [
      "an argument that is the same for every value",
      {
        settings: { mode: { ...own.settings.mode, to: { argument: "--mode" } } },
        variants: { baseline: {} },
      },
      "settings.mode.to: an argument with {value}",
    ],
    [
      "a pattern that is none",
      { settings: { text: text({ pattern: "(" }) } },
      "settings.text.pattern: a regular",
    ],
    [
      "a value that no process can be given",
      { settings: { text: text({ default: "a\0" }) }, variants: { baseline: {} } },
      "settings.text.default: text without a NUL",
    ],
    ["a kind that there is none of", { run: { kind: "magic" } }, "run.kind"],
    ["a name that is no DNS label", { name: "Own Service" }, "name"],
    ["a header's name with a space", { ask: { headers: { "a b": "c" } } }, "ask.headers.a b"],
  ])("with %s is refused", async (_, change, path) => {
    expect((await problemsWith(change)).some((one: string) => one.startsWith(path))).toBe(true);
  });

  it("may have its port in its environment", async () => {
    const run = { kind: "command", command: ["node", "server.mjs"], environment: { PORT: "{port}" } };
    expect((await loaded({ run })).spec.run).toMatchObject({ environment: { PORT: "{port}" } });
  });

  it("that is not there, or called as one of ours, is named", async () => {
    await expect(loadService("./nothing.ts")).rejects.toMatchObject({
      kind: "badInput",
      problems: [{ path: "service" }],
    });
    expect(await problemsWith({ name: "sentiment" })).toEqual(["name: another name"]);
  });

  it("says which combinations are not valid, and why", async () => {
    const never = [
      { where: { workers: { atLeast: 2 }, cache: [true] }, because: "a cache is not shared between workers" },
    ];
    const service = await loaded({ never });
    expect(() => withChoices(service, { two: { workers: 2, cache: false } })).not.toThrow();
    expect(() => withChoices(service, { two: { workers: 2 } })).toThrowError(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            path: "variants.two",
            expected: "a cache is not shared between workers",
          }),
        ],
      }),
    );
    // The variant `four-workers` has no cache.
    expect(variantNames(service)).toEqual(["baseline", "four-workers"]);
  });

  it("of a URL has one for each variant, or one for all", async () => {
    const settings = { url: { type: "string", default: "http://127.0.0.1:1", to: "url" } };
    const variants = { old: {}, new: { url: "https://127.0.0.1:2/v2" } };
    const service = await loaded({ run: { kind: "url" }, settings, variants, concurrency: undefined });
    expect(urlOf(service.spec, variantOf(service, "old"))).toBe("http://127.0.0.1:1");
    expect(urlOf(service.spec, variantOf(service, "new"))).toBe("https://127.0.0.1:2/v2");
  });

  it("runs on the targets of its kind, with what they have", async () => {
    const service = await loaded();
    const on = (target: keyof typeof targets, choice: object) => {
      const chosen = withChoices(service, { x: { ...choice } });
      return placementProblems("at", target, chosen, variantOf(chosen, "x"), targets[target]).length;
    };
    expect(on("process", {})).toBe(0);
    expect(on("process", { copies: 2 })).toBe(1);
    expect(on("process", { cpu: 2 })).toBe(1);
    expect(on("k3s", {})).toBe(1);
    expect(on("simulated", {})).toBe(1);
  });
});

describe("the sentiment service", () => {
  it("is defined by the same schema, and asks what it always asked", () => {
    const { spec, own: parts } = builtInService();
    expect(spec).toMatchObject({ run: { kind: "bentoml" }, ask: { path: "/classify", method: "POST" } });
    expect(parts!.defaultModel).toBe("roberta-base");
    const pod = resourcesOf(spec, variantOf(builtInService(), "optimized"));
    expect(pod).toEqual({ cpu: 2, memoryMebibytes: 300 + 1200 });
  });
});

it("a BentoML project says which service it is, in any of three places", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bento-"));
  const of = (service?: string) => bentoServiceOf({ project: ".", service }, folder);
  expect(of("app/service.py:Summarizer")).toBe("app.service:Summarizer");
  expect(() => of()).toThrow(/does not state which of its services/);
  await writeFile(join(folder, "pyproject.toml"), '[tool.bentoml.build]\nservice = "service.py:Three"\n');
  expect(of()).toBe("service:Three");
  await writeFile(join(folder, "bentofile.yaml"), 'service: "service:Two"\n');
  expect(of()).toBe("service:Two");
});

it("every variant of every service has a namespace of its own, and a DNS label", () => {
  const long = variantNamespace("a".repeat(31), "b".repeat(41));
  expect(long).toMatch(/^[a-z0-9-]{1,63}$/);
  expect(variantNamespace("a".repeat(31), `${"b".repeat(40)}c`)).not.toBe(long);
  expect(variantNamespace("sentiment", "baseline")).toBe("testbed-baseline");
  expect(variantNamespace("own", "baseline")).toBe("testbed-own-baseline");
});
