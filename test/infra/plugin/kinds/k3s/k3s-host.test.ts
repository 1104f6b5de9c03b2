import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { hiddenBy } from "../../../../../infra/plugin/kinds/k3s/k3s-host.ts";
import { k3sTarget } from "../../../../../infra/targets/kubernetes/k3s.ts";

const folder = mkdtempSync(join(tmpdir(), "testbed-host-"));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ["/tmp/cache", "/tmp"],
  ["/run", "/run"],
  ["/var/log/testbed/cache", "/var/log"],
  ["/home/me/.cache/serving-testbed", null],
  ["/tmpfs/cache", null],
])("%s is hidden from a node by %s", (path, expected) => {
  expect(hiddenBy(path)).toBe(expected);
});

it("a link into such a folder is seen through, also for a cache that is not there yet", () => {
  mkdirSync(join(folder, "real"));
  symlinkSync("/run", join(folder, "link"));
  expect(hiddenBy(join(folder, "link", "none", "cache"))).toBe("/run");
});

it("a cache that the node would not see is told before anything is made, with the variable to set", () => {
  expect(() => k3sTarget.checkHost!("/tmp/cache")).toThrow(
    expect.objectContaining({
      kind: "missingPart",
      problems: [expect.objectContaining({ path: "TESTBED_CACHE", got: "/tmp/cache" })],
      hint: expect.stringContaining("TESTBED_CACHE"),
    }),
  );
});
