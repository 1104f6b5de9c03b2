/** Links of the documentation lead somewhere: a file of the repository, and a heading of it where an anchor is named. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = [
  ...readdirSync(root).filter((path) => path.endsWith(".md")),
  ...["docs", "examples", "findings", "infra", "analysis", "study", "workloads", "bench"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md") && !path.includes("node_modules"))
      .map((path) => join(folder, path)),
  ),
];
const textOf = (page: string) => readFileSync(join(root, page), "utf8").replace(/^```.*?^```/gms, "");

/** As GitHub makes them. A heading that is there twice has a number. */
function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...textOf(page).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading]) => {
    const plain = heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[`*]/g, "")
      .trim()
      .toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
  return new Set(anchors);
}

it("every relative link of a page leads to a file, and its anchor to a heading", () => {
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].flatMap(([, link]) => {
      const [path = "", anchor] = link!.split("#");
      const target = path === "" ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(root, target))) return [`${page}: no ${target}`];
      if (anchor === undefined || !target.endsWith(".md")) return [];
      return anchorsOf(target).has(anchor) ? [] : [`${page}: no heading #${anchor} in ${target}`];
    }),
  );
  expect(pages.length).toBeGreaterThan(40);
  expect(broken).toEqual([]);
});
