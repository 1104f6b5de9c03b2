import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { type LeftoverOptions, removeLeftoverFolders } from "../../../infra/host/leftover-folders.ts";

let temporary = "";
let ofServices = "";

beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), "testbed-leftovers-"));
  [temporary, ofServices] = [join(root, "tmp"), join(root, "services")];
  for (const folder of [temporary, ofServices]) mkdirSync(folder);
  mkdirSync(join(temporary, "pulumi-node-pipes123"));
  execFileSync("mkfifo", [join(temporary, "pulumi-node-pipes123", "invoke_req")]);
  mkdirSync(join(temporary, "pulumi-node-pipes456"));
  writeFileSync(join(temporary, "pulumi-node-pipes456", "notes.txt"), "somebody's");
  mkdirSync(join(temporary, "pulumi-node-pipes-mine"));
  mkdirSync(join(ofServices, "bentoml-sockets"));
});

const remove = (options: LeftoverOptions) =>
  removeLeftoverFolders({
    ...{ temporary, ofServices, now: Date.now() + 120_000 },
    ...{ hostRuns: () => false, serviceRuns: () => false, ...options },
  });
const left = () => [readdirSync(temporary).sort(), readdirSync(ofServices)].flat();

it("pipe folders of killed language hosts and what killed services had go; what is not of the kind stays", () => {
  expect(remove({})).toEqual([join(temporary, "pulumi-node-pipes123"), join(ofServices, "bentoml-sockets")]);
  expect(left()).toEqual(["pulumi-node-pipes-mine", "pulumi-node-pipes456"]);
});

it.each([
  ["pipes, while any language host runs", { hostRuns: () => true }, "pulumi-node-pipes123"],
  ["files of services, while one of the workspace runs", { serviceRuns: () => true }, "bentoml-sockets"],
  ["what may be of a process that is just starting", { now: Date.now() }, "pulumi-node-pipes123"],
])("%s stay", (_, options, name) => {
  remove(options);
  expect(left()).toContain(name);
});

it("folders that are not there are no error", () => {
  expect(remove({ temporary: "/nowhere/at/all", ofServices: "/nowhere/else" })).toEqual([]);
});
