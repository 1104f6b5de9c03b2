import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { TestbedError } from "../../../errors/errors.ts";
import { defaultExport } from "../../../infra/workspace/user-module.ts";
import { scenarios } from "../../../workloads/scenarios/index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "user module #1 "));
});

/** @returns the file's path */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const problemOf = async (path: string): Promise<TestbedError> => {
  const error = await defaultExport(path, "service").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TestbedError);
  return error as TestbedError;
};

describe("a user's file", () => {
  it.each([
    ["no package.json", undefined],
    ["a CommonJS package", "{}"],
    ["a package of modules", '{ "type": "module" }'],
  ])("is loaded from a folder with %s, and what it imports with it", async (_, packageJson) => {
    if (packageJson !== undefined) file("package.json", packageJson);
    file("rate.ts", "export const rate: number = 7;\n");
    const path = file(
      "mine.ts",
      'import { scenarios } from "serving-testbed";\nimport { rate } from "./rate";\n' +
        "const wait = await Promise.resolve(1);\n" +
        "export default { rate, wait, steady: scenarios.steady };\n",
    );
    expect(await defaultExport(path, "service")).toEqual({ rate: 7, wait: 1, steady: scenarios.steady });
  });

  it("may use what is installed where it lies, CommonJS and modules", async () => {
    for (const [name, type, text] of [
      ["common", "commonjs", 'module.exports = { word: require("node:path").basename("/a/b") };'],
      ["modern", "module", 'export const word = "c";'],
    ] as const) {
      mkdirSync(join(folder, "node_modules", name), { recursive: true });
      file(join("node_modules", name, "package.json"), JSON.stringify({ name, type, main: "index.js" }));
      file(join("node_modules", name, "index.js"), text);
    }
    const path = file(
      "mine.mjs",
      'import common from "common";\nimport { word } from "modern";\nexport default [common.word, word];\n',
    );
    expect(await defaultExport(path, "service")).toEqual(["b", "c"]);
  });

  it("knows where it lies", async () => {
    const path = file("mine.ts", "export default import.meta.url;\n");
    expect(await defaultExport(path, "service")).toBe(pathToFileURL(path).href);
  });

  it("follows the path mappings of a tsconfig beside it", async () => {
    file("tsconfig.json", '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }');
    file("word.ts", 'export const word = "mapped";\n');
    expect(
      await defaultExport(file("mine.ts", 'export { word as default } from "@/word";\n'), "service"),
    ).toBe("mapped");
  });

  it("may be JSON, with the byte order mark that some editors write", async () => {
    expect(await defaultExport(file("mine.json", '\uFEFF{ "name": "a" }'), "service")).toEqual({ name: "a" });
  });
});

describe("what keeps a user's file from being loaded is said in one message:", () => {
  it("that it is not there", async () => {
    const { message, kind } = await problemOf(join(folder, "none.ts"));
    expect([kind, message]).toEqual(["badInput", `there is no service file ${join(folder, "none.ts")}`]);
  });

  it("the line that cannot be read", async () => {
    const path = file("mine.ts", "export default {\n  name: ,\n};\n");
    expect((await problemOf(path)).message).toBe(
      `service file ${path} cannot be loaded: line 2, column 9: Unexpected ","`,
    );
  });

  it("the import that leads nowhere", async () => {
    const path = file("mine.ts", 'import "./gone";\nexport default 1;\n');
    expect((await problemOf(path)).message).toContain('line 1, column 8: Could not resolve "./gone"');
  });

  it("what it threw", async () => {
    const path = file("mine.ts", 'throw new Error("no token");\n');
    expect((await problemOf(path)).message).toBe(`service file ${path} cannot be loaded: no token`);
  });

  it("that it exports nothing by default", async () => {
    const path = file("mine.ts", "export const service = 1;\n");
    expect((await problemOf(path)).message).toBe(`service file ${path} has no default export`);
  });

  it("that ends the process is refused with its own words, and the process goes on as before", async () => {
    const { exit } = process;
    const problem = await problemOf(file("ends.ts", "process.exit(0);\nexport default {};\n"));
    expect(problem.kind).toBe("badInput");
    expect(problem.message).toMatch(/ends\.ts cannot be loaded: it calls process\.exit\(0\)$/);
    expect(process.exit).toBe(exit);
  });
});
