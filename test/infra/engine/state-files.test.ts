import { chmodSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MockMonitor, setMocks } from "@pulumi/pulumi/runtime/mocks.js";
import { expect, it, vi } from "vitest";
import { K3sContainers } from "../../../infra/components/docker-resources.ts";
import { K3sNode } from "../../../infra/components/k3s-node.ts";
import { closeFiles } from "../../../infra/engine/state-files.ts";

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
