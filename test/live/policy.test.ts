/** The rules as a policy pack on the real engine: what breaks one is refused before anything is made. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pulumiEnvironment } from "../../infra/engine/stacks.ts";
import { provideToolchain } from "../../infra/toolchain/index.ts";
import { doctorPlugins } from "../../infra/toolchain/plugins.ts";
import { packageRoot, privateFolder } from "../../infra/workspace/paths.ts";

const folder = join(privateFolder, "policy-trial");
let environment: Record<string, string>;

const pulumi = (...args: string[]) =>
  execa("pulumi", [...args, "--non-interactive", "--color", "never", "--cwd", folder], {
    env: environment,
    reject: false,
    all: true,
  });

/** A program of one deployment, which says where its image comes from. */
function writeProgram(image: string): void {
  const program = `
    const k8s = require("@pulumi/kubernetes");
    const labels = { app: "a" };
    const probe = { httpGet: { path: "/", port: 80 } };
    const amounts = { cpu: "1", memory: "1Gi", "ephemeral-storage": "1Gi" };
    const provider = new k8s.Provider("nowhere", { kubeconfig: "{}" });
    const metadata = { name: "a", namespace: "default" };
    new k8s.policy.v1.PodDisruptionBudget("b", { metadata, spec: { selector: { matchLabels: labels } } }, { provider });
    new k8s.apps.v1.Deployment("d", { metadata, spec: { replicas: 2, selector: { matchLabels: labels }, template: {
      metadata: { labels },
      spec: { automountServiceAccountToken: false, containers: [{
        name: "c", image: ${JSON.stringify(image)}, startupProbe: probe, readinessProbe: probe, livenessProbe: probe,
        resources: { requests: amounts, limits: amounts },
        securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000,
          seccompProfile: { type: "RuntimeDefault" }, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] } } }] } } } }, { provider });`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }');
  writeFileSync(join(folder, "index.js"), program);
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: policy-trial\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  );
}

beforeAll(async () => {
  environment = pulumiEnvironment(await provideToolchain({ progress: () => {} }));
  // A preview needs no cluster; where there is no official plugin, the stand-in takes its place.
  const isOfficial = doctorPlugins(environment.PULUMI_HOME!).some(
    ({ part, origin }) => part.includes("kubernetes") && origin === "official plugin",
  );
  if (!isOfficial) {
    environment.PATH = [join(packageRoot, "infra/airgap/kubernetes"), environment.PATH].join(delimiter);
  }
  writeProgram("x:latest");
  await pulumi("stack", "init", "trial");
});

afterAll(async () => {
  await pulumi("stack", "rm", "trial", "--yes", "--force");
  rmSync(folder, { recursive: true, force: true });
});

it("refuses an image without a digest, and names the rule", async () => {
  const { exitCode, all } = await pulumi(
    "preview",
    "--stack",
    "trial",
    "--policy-pack",
    join(packageRoot, "infra/policy"),
  );
  expect(exitCode, all).not.toBe(0);
  expect(all).toMatch(/\[mandatory\]\s+digests[\s\S]*every image is pinned by digest; got: c: x:latest/);
});

it("lets what keeps the rules pass", async () => {
  writeProgram(`x@sha256:${"a".repeat(64)}`);
  const pack = join(packageRoot, "infra/policy");
  const { exitCode, all } = await pulumi("preview", "--stack", "trial", "--policy-pack", pack);
  expect(exitCode, all).toBe(0);
});
