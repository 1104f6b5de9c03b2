/** The layout that CONTRIBUTING describes: rooms import one way, no file imports itself by way of others, names say what is in them. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What each room may know of the others. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  workloads: [],
  infra: ["workloads"],
  analysis: ["workloads"],
  study: ["workloads", "infra", "analysis"],
};

const files = Object.keys(mayImport).flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.includes("node_modules"))
    .map((path) => join(room, path)),
);

/** Files that are loaded with this one: types alone are gone when it runs. */
function importsOf(path: string, text = readFileSync(join(root, path), "utf8")): readonly string[] {
  return [...text.matchAll(/^(?:import|export)(?! type)[^;"]*?from "(\.[^"]+)"/gms)].map(([, to]) =>
    normalize(join(dirname(path), to!)),
  );
}

it("rooms import one way", () => {
  const wrong = files.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const room = path.split("/")[0]!;
    return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)]
      .map(([, to]) => normalize(join(dirname(path), to!)))
      .filter((to) => to.includes("/") && to.split("/")[0] !== room)
      .filter((to) => !mayImport[room]!.includes(to.split("/")[0]!))
      .map((to) => `${path} imports ${to}`);
  });
  expect(files.length).toBeGreaterThan(300);
  expect(wrong).toEqual([]);
});

it("no file imports itself by way of others", () => {
  const imports = new Map(files.map((path) => [path, importsOf(path)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(" -> "));
    if (done.has(path) || way.includes(path)) return;
    for (const to of imports.get(path) ?? []) visit(to, [...way, path]);
    done.add(path);
  };
  for (const path of files) visit(path, []);
  expect(cycles).toEqual([]);
});

it("no file is called after nothing, and none is longer than 400 lines", () => {
  const named = files.filter((path) => /^(utils?|helpers?|managers?|misc|common)\b/.test(basename(path)));
  const long = files.filter((path) => readFileSync(join(root, path), "utf8").split("\n").length > 401);
  expect([...named, ...long]).toEqual([]);
});
