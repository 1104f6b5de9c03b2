import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../../infra/workspace/paths.ts";
import { projectText } from "../../../infra/workspace/project.ts";
import { workspaceFor } from "../../../infra/workspace/workspace.js";

describe("the workspace", () => {
  it.each([
    ["the checkout, from its own folder", "/code/testbed", undefined, "/code/testbed"],
    ["the checkout, from a folder inside it", "/code/testbed/docs", undefined, "/code/testbed"],
    ["the current folder, outside the checkout", "/home/me/project", undefined, "/home/me/project"],
    [
      "the current folder, beside a checkout of a similar name",
      "/code/testbed-2",
      undefined,
      "/code/testbed-2",
    ],
    ["the current folder, above the checkout", "/code", undefined, "/code"],
    [
      "what TESTBED_WORKSPACE names, even from inside the checkout",
      "/code/testbed",
      "/data/runs",
      "/data/runs",
    ],
    ["what TESTBED_WORKSPACE names, seen from the current folder", "/home/me", "runs", "/home/me/runs"],
    ["unmoved by an empty TESTBED_WORKSPACE", "/home/me", "", "/home/me"],
  ])("is %s", (_, currentFolder, named, workspace) => {
    expect(workspaceFor(currentFolder, "/code/testbed", named)).toBe(workspace);
  });

  it("is never inside an installed package", () => {
    const installed = "/home/me/project/node_modules/serving-testbed";
    expect(workspaceFor(`${installed}/infra/plugin`, installed)).toBe("/home/me/project");
    expect(workspaceFor("/home/me/project", installed)).toBe("/home/me/project");
  });
});

describe("the Pulumi project of a workspace elsewhere", () => {
  it("is the package's own, with its parts by absolute paths that hold in any folder", () => {
    const root = "/home/me/a #1 %20/node_modules/serving-testbed";
    const own = readFileSync(join(packageRoot, "Pulumi.yaml"), "utf8");
    const lines = projectText(own, root).split("\n");
    expect(lines).toContain(`main: ${JSON.stringify(`${root}/infra/program.js`)}`);
    expect(lines).toContain(`      path: ${JSON.stringify(`${root}/infra/plugin`)}`);
    expect(lines.filter((line) => !line.includes(root))).toEqual(
      own.split("\n").filter((line) => !/(main|path): infra/.test(line)),
    );
  });
});

it("what the current folder's tsconfig maps is not what the command imports", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mapped-"));
  const compilerOptions = { baseUrl: ".", paths: { zod: ["./zod.ts"] } };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  writeFileSync(join(folder, "zod.ts"), "export const mine = 1;\n");
  const { stdout } = await execa("node", [join(packageRoot, "study", "testbed.js"), "list"], { cwd: folder });
  expect(stdout).toContain("sentiment");
});
