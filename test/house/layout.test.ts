/** The layout that docs/architecture.md describes: its tables against the folders, and the imports against its order. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/architecture.md"), "utf8");

/** Which rooms a room's files may import from. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  files: ["errors"],
  workloads: ["errors", "files"],
  infra: ["errors", "files", "workloads"],
  analysis: ["errors", "files", "workloads"],
  study: ["errors", "files", "workloads", "infra", "analysis"],
};
const rooms = Object.keys(mayImport);

/** Of the page's tables, in their order: lowest first. */
const described = [
  ...page.matchAll(/^\| `((?:errors|files|workloads|infra|analysis|study)[a-z0-9/-]*)` \| (.+) \|$/gm),
].map(([, folder, says]) => ({ folder: folder!, isCatalog: /\bcatalog\b/.test(says!) }));
const position = new Map(described.map(({ folder }, at) => [folder, at]));

const everyFile = rooms.flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((path) => !/node_modules|__pycache__|\/\.venv\//.test(path)),
);
const files = everyFile.filter((path) => path.endsWith(".ts"));
const texts = new Map(files.map((path) => [path, readFileSync(join(root, path), "utf8")]));

/** Files that a file names in its imports, types and imports at run time too; of these rooms. */
function importsOf(path: string, pattern = /(?:from|import\()\s*"(\.[^"]+)"/g): readonly string[] {
  return [...texts.get(path)!.matchAll(pattern)]
    .map(([, to]) => normalize(join(dirname(path), to!)))
    .filter((to) => to.includes("/"));
}

/** A folder's index.ts apart from its other files, which are what its entries import. */
const partOf = (path: string) => (basename(path) === "index.ts" ? path : dirname(path));

const edges = files.flatMap((from) => importsOf(from).map((to) => ({ from, to })));

/** Circles in a graph, each as the way around it. */
function circles(graph: ReadonlyMap<string, Iterable<string>>): readonly string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (node: string, way: readonly string[]): void => {
    if (way.includes(node)) found.push([...way.slice(way.indexOf(node)), node].join(" -> "));
    if (done.has(node) || way.includes(node)) return;
    for (const to of graph.get(node) ?? []) visit(to, [...way, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}

describe("imports", () => {
  it("go from room to room one way", () => {
    const wrong = edges.filter(({ from, to }) => {
      const [room, other] = [from.split("/")[0]!, to.split("/")[0]!];
      return room !== other && !mayImport[room]!.includes(other);
    });
    expect(edges.length).toBeGreaterThan(1000);
    expect(wrong).toEqual([]);
  });

  it("go from folder to folder up the page's tables, and into a folder from its own index.ts", () => {
    const wrong = edges.filter(({ from, to }) => {
      const [folder, other] = [dirname(from), dirname(to)];
      if (folder.split("/")[0] !== other.split("/")[0]) return false;
      const isFace = basename(from) === "index.ts" && other.startsWith(`${folder}/`);
      return !isFace && position.get(other)! > position.get(folder)!;
    });
    expect(wrong).toEqual([]);
  });

  it("make no circle of folders, whatever types and imports at run time add", () => {
    const graph = new Map<string, Set<string>>();
    for (const { from, to } of edges) {
      const [part, other] = [partOf(from), partOf(to)];
      if (dirname(from) === dirname(to) && part === from) continue;
      if (part !== other) graph.set(part, (graph.get(part) ?? new Set()).add(other));
    }
    expect(circles(graph)).toEqual([]);
  });

  it("make no circle of files", () => {
    // Types alone are gone when a file runs.
    const loaded = /^(?:import|export)(?! type)[^;"]*?from "(\.[^"]+)"/gms;
    expect(circles(new Map(files.map((path) => [path, importsOf(path, loaded)])))).toEqual([]);
  });
});

describe("docs/architecture.md", () => {
  it("lists each folder that holds TypeScript once, and no other", () => {
    const there = new Set(files.map((path) => dirname(path)));
    const counted = described.map(({ folder }) => folder);
    expect(counted).toHaveLength(new Set(counted).size);
    expect([...there].filter((folder) => !position.has(folder))).toEqual([]);
    expect(counted.filter((folder) => !there.has(folder))).toEqual([]);
  });

  it("names folders without TypeScript too", () => {
    const there = new Set(everyFile.map((path) => dirname(path)));
    expect([...there].filter((folder) => !page.includes(`\`${folder}\``))).toEqual([]);
  });

  it("answers its readers' questions with folders that hold the answer", () => {
    const holds = (folder: string, file: string) => everyFile.includes(`${folder}/${file}`);
    const answers = [...page.matchAll(/^\| ([A-Z][^|]*\?) \| `([^`]+)` \|$/gm)].map(
      ([, , folder]) => folder!,
    );
    const proofs = ["p99.ts", "worker-kill.ts", "validity.ts", "serving-stack.ts", "interrupt.ts"];
    expect(answers.map((folder, at) => holds(folder, proofs[at]!))).toEqual(proofs.map(() => true));
  });
});

it("CONTRIBUTING names places that there are", () => {
  const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const places = [...text.matchAll(/`((?:infra|workloads|analysis|study|test|docs)\/[^`*]*)`/g)].map(
    ([, place]) => place!,
  );
  expect(places.length).toBeGreaterThan(20);
  expect(places.filter((place) => !existsSync(join(root, place)))).toEqual([]);
});

describe("a folder", () => {
  it("holds at most 14 files, unless it is a catalog", () => {
    const crowded = described.filter(
      ({ folder, isCatalog }) =>
        !isCatalog && everyFile.filter((path) => dirname(path) === folder).length > 14,
    );
    expect(crowded).toEqual([]);
  });

  it("holds no file that is called after nothing, and none longer than 400 lines", () => {
    const named = files.filter((path) => /^(utils?|helpers?|managers?|misc|common)\b/.test(basename(path)));
    const long = files.filter((path) => texts.get(path)!.split("\n").length > 401);
    expect([...named, ...long]).toEqual([]);
  });

  it("of the tests mirrors one of the sources", () => {
    const mirrored = readdirSync(join(root, "test"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name.endsWith(".test.ts"))
      .map((entry) => entry.parentPath.slice(join(root, "test/").length))
      .filter((folder) => rooms.includes(folder.split("/")[0]!));
    const there = new Set(everyFile.flatMap((path) => [dirname(path), dirname(dirname(path))]));
    const apart = ["workloads/calibration"];
    expect(mirrored.filter((folder) => !there.has(folder) && !apart.includes(folder))).toEqual([]);
  });
});
