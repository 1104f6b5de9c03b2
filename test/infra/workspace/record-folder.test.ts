import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { recordFolder } from "../../../infra/workspace/record-folder.ts";

const open = () => {
  const folder = mkdtempSync(join(tmpdir(), "records-"));
  return { folder, records: recordFolder(folder, z.strictObject({ pid: z.int() })) };
};

it("a record is there from its writing to its removal", () => {
  const { records } = open();
  const remove = records.write("one", { pid: 1 });
  expect(records.read()).toEqual([{ pid: 1 }]);
  remove();
  expect(records.read()).toEqual([]);
});

it.each(['{"pid": 1', '{"pid": 1, "more": 2}', "null", ""])(
  "a record that reads %j is an error with its path, and stays: what it names may still run",
  (text) => {
    const { folder, records } = open();
    writeFileSync(join(folder, "one.json"), text);
    for (const _ of ["first", "second"]) {
      expect(() => records.read()).toThrow(
        expect.objectContaining({
          kind: "runFailed",
          problems: [expect.objectContaining({ path: join(folder, "one.json") })],
        }),
      );
    }
  },
);
