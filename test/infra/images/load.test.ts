/** The load image holds what its entry imports, and nothing has to be fetched by a pod. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadModules, loadSources } from "../../../infra/images/load.ts";

/** Packages that a file imports, itself or through files of the project, which are added to `seen`; types leave no import. */
function packagesOf(entry: string, seen = new Set<string>()): ReadonlySet<string> {
  const found = new Set<string>();
  if (seen.has(entry)) return found;
  seen.add(entry);
  const text = readFileSync(entry, "utf8");
  const specifiers = [
    ...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm),
    ...text.matchAll(/new URL\("(\.[^"]+\.[tj]s)"/g),
    ...text.matchAll(/await import\("([^"]+)"\)/g),
  ].map((match) => match[1]!);
  for (const specifier of specifiers) {
    if (specifier.startsWith(".")) {
      for (const name of packagesOf(join(dirname(entry), specifier), seen)) found.add(name);
    } else if (!specifier.startsWith("node:")) found.add(packageOf(specifier));
  }
  return found;
}

/** Of `name/file.js` and `@scope/name/file.js`. */
function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

describe("the load image", () => {
  it("holds every package that a load worker imports", () => {
    const imported = [...packagesOf("workloads/main.ts")];
    expect(imported).toContain("zod");
    expect(imported.filter((name) => !(loadModules as readonly string[]).includes(name))).toEqual([]);
  });

  it("holds every file of the project that a load worker imports", () => {
    const files = new Set<string>();
    packagesOf("workloads/main.ts", files);
    expect(files.size).toBeGreaterThan(10);
    // Plain JavaScript that is named, not imported, and what it imports in turn.
    expect(files).toContain("workloads/typescript/typescript-loader.js");
    expect(files).toContain("files/private-folder.js");
    const held = (file: string) =>
      loadSources.some((source) => file === source || file.startsWith(`${source}/`));
    expect([...files].filter((file) => !held(file))).toEqual([]);
  });
});
