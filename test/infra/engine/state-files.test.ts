import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MockMonitor, setMocks } from "@pulumi/pulumi/runtime/mocks.js";
import { expect, it, vi } from "vitest";
import { K3sContainers } from "../../../infra/components/docker-resources.ts";
import { K3sNode } from "../../../infra/components/k3s-node.ts";
import { closeFiles, mayHoldStacks } from "../../../infra/engine/state-files.ts";

const mode = (path: string) => statSync(path).mode & 0o777;

it("files of the state are their owner's alone, at any depth; folders and what a link leads to stay as they are", () => {
  const root = mkdtempSync(join(tmpdir(), "testbed-state-"));
  const stacks = join(root, "state", ".pulumi", "stacks");
  mkdirSync(stacks, { recursive: true });
  const file = join(stacks, "k3s.node.json");
  const outside = join(root, "outside");
  for (const path of [file, outside]) {
    writeFileSync(path, "{}");
    chmodSync(path, 0o644);
  }
  symlinkSync(outside, join(stacks, "link"));
  chmodSync(stacks, 0o755);
  closeFiles(join(root, "state"));
  expect([mode(file), mode(outside), mode(stacks)]).toEqual([0o600, 0o644, 0o755]);
  expect(() => closeFiles(join(root, "nowhere"))).not.toThrow();
});

it("a state may hold stacks where it has a stack's file or a lock, and does not where there are empty folders or none", () => {
  const root = mkdtempSync(join(tmpdir(), "testbed-state-"));
  expect(mayHoldStacks(root)).toBe(false);
  const folders = ["stacks", "locks", "backups"].map((kind) =>
    join(root, ".pulumi", kind, "serving-testbed"),
  );
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const [stacks, locks, backups] = folders as [string, string, string];
  writeFileSync(join(backups, "process.onnx.json"), "{}");
  expect(mayHoldStacks(root)).toBe(false);
  const lock = join(locks, "1.json");
  writeFileSync(lock, "{}");
  expect(mayHoldStacks(root)).toBe(true);
  rmSync(lock);
  writeFileSync(join(stacks, "process.onnx.json.gz"), "");
  expect(mayHoldStacks(root)).toBe(true);
});

it("a kubeconfig is asked of the engine as a secret, of a node on this host and of nodes in containers", async () => {
  const asked = vi.spyOn(MockMonitor.prototype, "registerResource");
  setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });
  new K3sNode("host", {} as ConstructorParameters<typeof K3sNode>[1]);
  new K3sContainers("containers", {} as ConstructorParameters<typeof K3sContainers>[1]);
  await vi.waitUntil(() => asked.mock.calls.length >= 2);
  const secrets = Object.fromEntries(
    asked.mock.calls.map(([request]) => [request.getType(), request.getAdditionalsecretoutputsList()]),
  );
  asked.mockRestore();
  expect(secrets).toMatchObject({
    "testbed:k3s:Node": ["kubeconfig"],
    "testbed:k3s:Containers": ["kubeconfig"],
  });
});
