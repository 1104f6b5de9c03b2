import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../infra/host/temporary-folder.ts";

const scratch = () => mkdtempSync(join(tmpdir(), "t-"));

it("temporary files of a deep workspace lie in it, by a name that leaves room for a socket's", async () => {
  const root = scratch();
  const own = join(root, "a-rather-deep-folder".repeat(4), "tmp");
  const given = await temporaryFolder(own, join(root, "t"));
  expect(given.length).toBeLessThan(own.length - 50);
  writeFileSync(join(given, "mine"), "");
  expect(readdirSync(own)).toEqual(["mine"]);
  expect(await temporaryFolder(own, join(root, "t"))).toBe(given);
});

it("a short name that leads elsewhere is put right", async () => {
  const root = scratch();
  const own = join(root, "a-rather-deep-folder".repeat(4), "tmp");
  const given = await temporaryFolder(own, join(root, "t"));
  const other = join(root, "b-rather-deep-folder".repeat(4), "tmp");
  mkdirSync(dirname(other), { recursive: true });
  expect(await temporaryFolder(other, join(root, "t"))).toBe(given);
  writeFileSync(join(given, "mine"), "");
  expect(readdirSync(other)).toEqual(["mine"]);
});

it("a short workspace needs none", async () => {
  const link = join("/tmp", `t${process.pid}`);
  symlinkSync(scratch(), link);
  try {
    expect(await temporaryFolder(join(link, "tmp"), "/nowhere")).toBe(join(link, "tmp"));
  } finally {
    rmSync(link);
  }
});
