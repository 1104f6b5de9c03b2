import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applicableReports, reports, writeReports } from "../../../analysis/reports/formats/index.ts";
import { TestbedError } from "../../../errors/errors.ts";
import { manifest, plan } from "./fixture/index.ts";
import { analysis, model, rendered } from "./fixture/rendered.ts";

describe("writing reports", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "reports-"));
    await writeFile(join(directory, "plan.json"), JSON.stringify(plan));
    await writeFile(join(directory, "manifest.json"), JSON.stringify(manifest));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("leaves one whole file for each that has something to say, and returns its absolute path", async () => {
    const paths = await writeReports(directory, analysis);
    const said = applicableReports(model);
    expect(Object.keys(paths)).toEqual(Object.keys(reports).filter((name) => name !== "injections"));
    for (const [name, report] of said) {
      expect(paths[name]).toBe(join(directory, report.file));
      expect(await readFile(paths[name]!, "utf8")).toBe(rendered.get(name));
    }
    expect(await readdir(directory)).toHaveLength(2 + said.length);
  });

  it("refuses a manifest of another run, names it, and writes nothing", async () => {
    const other = { ...manifest, planDigest: `sha256:${"0".repeat(64)}` };
    await writeFile(join(directory, "manifest.json"), JSON.stringify(other));
    await expectRefusal("manifest.json");
  });

  it("refuses a truncated manifest and writes nothing", async () => {
    await writeFile(join(directory, "manifest.json"), JSON.stringify(manifest).slice(0, 200));
    await expectRefusal("manifest.json");
  });

  it("leaves the old files alone where the analysis is not one", async () => {
    await writeFile(join(directory, "report.html"), "old");
    await expect(writeReports(directory, { ...analysis, trials: [] })).rejects.toThrow(TestbedError);
    expect(await readFile(join(directory, "report.html"), "utf8")).toBe("old");
    expect(await readdir(directory)).toHaveLength(3);
  });

  it("leaves no draft behind where a file cannot be replaced", async () => {
    await mkdir(join(directory, "report.html"));
    await writeFile(join(directory, "report.html", "occupied"), "");
    await expect(writeReports(directory, analysis)).rejects.toThrow();
    expect((await readdir(directory)).filter((name) => name.endsWith(".draft"))).toEqual([]);
  });

  async function expectRefusal(file: string) {
    const error = await writeReports(directory, analysis).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TestbedError);
    const { message, problems } = error as TestbedError;
    expect([message, ...problems.map(({ path }) => path)].join()).toContain(file);
    expect(await readdir(directory)).toHaveLength(2);
  }
});
