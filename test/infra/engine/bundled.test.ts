import { mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { bundled } from "../../../infra/engine/bundled.js";

describe("a bundle", () => {
  let root: string;
  const write = (name: string, text: string) => writeFileSync(join(root, "infra", name), text);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "checkout-"));
    mkdirSync(join(root, "infra"));
    write("main.ts", 'import { word } from "./other.ts";\nexport const said: string = word;\n');
    write("other.ts", 'export const word = "one";\n');
  });

  const load = async () => import(await bundled(join(root, "infra", "main.ts"), root, root));

  it("does what its sources do", async () => {
    expect((await load()).said).toBe("one");
  });

  it("is the same one while no source changes, and another one after", async () => {
    const first = await bundled(join(root, "infra", "main.ts"), root, root);
    expect(await bundled(join(root, "infra", "main.ts"), root, root)).toBe(first);
    write("other.ts", 'export const word = "two";\n');
    expect((await load()).said).toBe("two");
  });

  it("finds what lies beside its sources", async () => {
    write("main.ts", "export const said = import.meta.url;\n");
    expect((await load()).said).toBe(`file://${join(root, "infra", "main.ts")}`);
  });

  it("finds them in an installed package too, and is a module whatever the workspace's package says", async () => {
    const installed = join(root, "node_modules", "ours");
    mkdirSync(join(installed, "infra"), { recursive: true });
    writeFileSync(join(root, "package.json"), '{ "type": "commonjs" }');
    writeFileSync(join(installed, "infra", "main.ts"), "export const said: string = import.meta.url;\n");
    const { said } = await import(await bundled(join(installed, "infra", "main.ts"), installed, root));
    expect(said).toBe(`file://${join(installed, "infra", "main.ts")}`);
  });

  it("is made by several engines at once without harm, and nothing half made stays", async () => {
    const made = await Promise.all([1, 2, 3].map(() => bundled(join(root, "infra", "main.ts"), root, root)));
    expect(new Set(made).size).toBe(1);
    expect(readdirSync(join(root, ".testbed", "bundles"))).toHaveLength(1);
  });

  it("of a day ago goes when a newer one is made", async () => {
    await bundled(join(root, "infra", "main.ts"), root, root);
    const [old] = readdirSync(join(root, ".testbed", "bundles"));
    const twoDaysAgo = new Date(Date.now() - 48 * 3600 * 1000);
    utimesSync(join(root, ".testbed", "bundles", old!), twoDaysAgo, twoDaysAgo);
    write("other.ts", 'export const word = "newer";\n');
    await load();
    expect(readdirSync(join(root, ".testbed", "bundles"))).not.toContain(old);
  });
});
