/** The resource `testbed:k3s:Image`: a container image built here, in the image store of a K3s node of this host. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { lastLines } from "../../../../files/last-lines.ts";
import type { ResourceKind } from "../resource.ts";
import { ctrOptions, socketOf } from "./containerd.ts";

export const imageInputs = z.strictObject({
  /** Repository and tag. */
  name: z.string(),
  /** Folder of an image layout. */
  layout: z.string(),
  /** Of the manifest. */
  digest: z.string().startsWith("sha256:"),
  /** The node: another one has another store. */
  nodePid: z.number(),
  nodeStartTime: z.string(),
  tools: z.string(),
});
export type ImageInputs = z.infer<typeof imageInputs>;

export const imageState = imageInputs.extend({
  /** As a pod names it: by digest. */
  reference: z.string(),
  seconds: z.number(),
});
export type ImageState = z.infer<typeof imageState>;

export const imageKind: ResourceKind<ImageInputs, ImageState> = {
  inputs: imageInputs,
  state: imageState,
  id: ({ reference, nodePid }) => `${reference} on ${nodePid}`,
  create: importImage,
  isThere: async (state) => (await references(state)).includes(state.reference),
  remove: removeImage,
};

async function importImage(inputs: ImageInputs, signal: AbortSignal): Promise<ImageState> {
  const started = performance.now();
  const reference = `${inputs.name.split(":")[0]}@${inputs.digest}`;
  if (!(await references(inputs)).includes(reference)) {
    const archive = spawn("tar", ["--create", "--directory", inputs.layout, "."], {
      stdio: ["ignore", "pipe", "pipe"],
      signal,
    });
    const loader = ctr(inputs, ["images", "import", "--no-unpack=false", "-"], archive.stdout, signal);
    // A reader that fails ends the writer too, which would wait for a reader.
    loader.once("close", (code) => {
      if (code !== 0) archive.stdout.destroy();
    });
    const [packed, loaded] = await Promise.allSettled([
      ended(archive, "packing the image"),
      ended(loader, "importing it"),
    ]);
    // The reader's own words are the better ones.
    for (const result of [loaded, packed]) if (result.status === "rejected") throw result.reason;
  }
  return { ...inputs, reference, seconds: (performance.now() - started) / 1000 };
}

/** A node that is gone has taken its images with it. */
async function removeImage(state: ImageState): Promise<void> {
  if (!(await references(state)).includes(state.reference)) return;
  await ended(ctr(state, ["images", "rm", "--sync", state.name, state.reference]), "removing the image");
}

/** Names in the node's store; none where the node does not answer. */
async function references(inputs: ImageInputs): Promise<readonly string[]> {
  try {
    return (await ended(ctr(inputs, ["images", "ls", "--quiet"]), "listing images")).split("\n");
  } catch {
    return [];
  }
}

function ctr(
  { tools, nodePid }: ImageInputs,
  args: readonly string[],
  input?: NodeJS.ReadableStream,
  signal?: AbortSignal,
) {
  const child = spawn(join(tools, "ctr"), [...ctrOptions(socketOf(nodePid)), ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    ...(signal === undefined ? {} : { signal }),
  });
  if (input === undefined) child.stdin.end();
  else input.pipe(child.stdin);
  child.stdin.on("error", () => undefined); // It ended early: its exit code says why.
  return child;
}

/** @returns standard output @throws Error with its last words */
function ended(child: ReturnType<typeof spawn>, what: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const told = { out: "", error: "" };
    // The archive's own output goes to the reader alone.
    if (what !== "packing the image") child.stdout?.on("data", (chunk) => (told.out += chunk));
    child.stderr?.on("data", (chunk) => (told.error += chunk));
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0
        ? resolve(told.out)
        : reject(new Error(`${what} failed (${code}): ${lastLines(told.error, 5).join("\n")}`)),
    );
  });
}
