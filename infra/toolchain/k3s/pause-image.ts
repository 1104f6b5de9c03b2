/** The image of the container that holds a pod's network: a program that waits, built here. */
import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { writeLayer, writeLayout } from "../../images/oci/layout.ts";
import { airgap } from "../provide/pinned-k3s.ts";
import type { Compile } from "./go-build.ts";

/** @returns the image's name */
export async function buildPause(into: string, compile: Compile): Promise<string> {
  const root = join(into, "pause");
  await mkdir(root);
  await compile(
    "building the pause image",
    airgap,
    ["-ldflags", "-w -s", "-o", join(root, "pause"), "./pause"],
    {
      CGO_ENABLED: "0",
    },
  );
  await chmod(join(root, "pause"), 0o755);
  const digest = createHash("sha256")
    .update(await readFile(join(root, "pause")))
    .digest("hex");
  const name = `testbed.local/pause:${digest.slice(0, 12)}`;
  const layer = await writeLayer(join(into, "pause.layer"), { directory: root, prefix: "" });
  const layout = join(into, "pause-layout");
  await writeLayout(layout, {
    name,
    pinned: false,
    layers: [layer],
    config: { Entrypoint: ["/pause"], User: "65535:65535" },
  });
  await execa("tar", ["--create", "--file", join(into, "pause.tar"), "--directory", layout, "."]);
  for (const draft of [layer.path, layout]) await rm(draft, { recursive: true });
  await rm(root, { recursive: true });
  return name;
}
