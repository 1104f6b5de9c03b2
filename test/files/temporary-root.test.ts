import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { checkTemporary } from "../../files/temporary-root.ts";

const root = mkdtempSync(join(tmpdir(), "testbed-temporary-"));
const make = (name: string, how: (path: string) => void) => {
  how(join(root, name));
  return join(root, name);
};
const isRoot = process.getuid?.() === 0;

it.each([
  ["is not there", join(root, "none"), "ENOENT"],
  ["is a file", make("file", (path) => writeFileSync(path, "")), "no folder"],
  ["is relative", "relative", "a relative path"],
])("a folder for temporary files that %s is refused by the name of its variable", (_, folder, got) => {
  expect(() => checkTemporary(folder)).toThrow(
    expect.objectContaining({
      kind: "badInput",
      hint: expect.stringContaining("unset TMPDIR"),
      problems: [expect.objectContaining({ path: "TMPDIR", got: `${folder} (${got})` })],
    }),
  );
});

// Root may write everywhere.
it.skipIf(isRoot)("and so is one that cannot be written", () => {
  const folder = make("closed", (path) => mkdirSync(path));
  chmodSync(folder, 0o555);
  expect(() => checkTemporary(folder)).toThrow(/cannot be used/);
});

it.each(["a b%20#1?", "x".repeat(200)])("any other name will do: %s", (name) => {
  checkTemporary(make(name, (path) => mkdirSync(path)));
});

describe("commands", () => {
  const testbed = fileURLToPath(new URL("../../study/testbed.js", import.meta.url));
  const none = join(root, "none");
  const service = make("service.json", (path) =>
    writeFileSync(
      path,
      JSON.stringify({
        name: "echo",
        description: "echoes",
        run: { kind: "command", command: ["true", "{port}"] },
        ask: { path: "/", method: "GET" },
      }),
    ),
  );

  // The first fails as soon as Pulumi's library is imported, the second while the toolchain is looked for.
  it.each([[["try", service]], [["up", "process.echo.baseline", "--service", service]]])(
    "%j are told of it, not as a bug",
    async (words) => {
      const { exitCode, stderr } = await execa("node", [testbed, ...words], {
        reject: false,
        cwd: root,
        env: { TMPDIR: none, NO_COLOR: "1" },
      });
      expect(stderr).toContain(`TMPDIR: expected the absolute path of a folder`);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(exitCode).toBe(2);
    },
  );
});

it("a HOME that is set to nothing or is relative makes no cache in the current folder", async () => {
  const { cacheFolder } = await import("../../files/private-folder.js");
  const before = process.env.HOME;
  try {
    for (const home of ["", "relative"]) {
      process.env.HOME = home;
      expect(cacheFolder({})).toMatch(/^\//);
      expect(cacheFolder({})).not.toContain("relative");
    }
  } finally {
    if (before === undefined) delete process.env.HOME;
    else process.env.HOME = before;
  }
});
