/** An image that cannot be loaded into a node's store. */
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { imageKind } from "../../../../../infra/plugin/kinds/k3s/k3s-image.ts";

it("fails with the container runtime's own words where it ends before the archive does", async () => {
  const tools = mkdtempSync(join(tmpdir(), "tools-"));
  writeFileSync(
    join(tools, "ctr"),
    '#!/bin/sh\ncase "$*" in *import*) echo "connection refused" >&2; exit 1 ;; esac\n',
  );
  chmodSync(join(tools, "ctr"), 0o755);
  const layout = mkdtempSync(join(tmpdir(), "layout-"));
  // More than a pipe holds: whoever writes the archive has to wait for a reader.
  writeFileSync(join(layout, "layer"), Buffer.alloc(4 << 20));
  const inputs = {
    name: "testbed/x:1",
    digest: `sha256:${"0".repeat(64)}`,
    layout,
    tools,
    nodePid: process.pid,
    nodeStartTime: "1",
  };
  await expect(
    imageKind.create(imageKind.inputs.parse(inputs), new AbortController().signal),
  ).rejects.toThrow(/importing it failed \(1\): connection refused/);
});
