/**
 * What Pulumi adds to `kubectl apply` and a wait for the rollout of the same manifests, on one K3s node:
 *
 *   npm run bench:provision -- [variant] [rounds] [model]
 *
 * Each round does both, in alternating order, from nothing to ready; the ratio is that of a round. Both include what
 * the pod itself takes to load the model, so a slower model makes a smaller ratio: the difference is printed too.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import type { Estimate } from "../../analysis/figures/figures.ts";
import { hodgesLehmann } from "../../analysis/statistics/hodges-lehmann.ts";
import { exponentiated } from "../../analysis/statistics/student.ts";
import { openStacks, pulumiEnvironment } from "../../infra/engine/stacks.ts";
import { registered } from "../../infra/host/started-services.ts";
import { setUp } from "../../study/session/setup.ts";
import { terminalProgress } from "../../study/terminal/progress.ts";
import { median } from "../generators/statistics.ts";
import { type Phases, phaseRecorder } from "./phases.ts";

const [variant = "onnx-int8", roundsText = "6", model = "tiny"] = process.argv.slice(2);
const rounds = Number(roundsText);
const stack = `k3s.${variant}`;
const namespace = `testbed-${variant}`;

const progress = terminalProgress();
const { toolchain } = await setUp({ model, target: "k3s", variants: [variant] }, progress);
const stacks = openStacks(toolchain);
const node = await stacks.up("k3s.node", { refresh: true });
try {
  await stacks.up(stack, { config: { model } });
  const manifests = JSON.stringify({ apiVersion: "v1", kind: "List", items: await manifestsOf(stack) });
  await stacks.destroy(stack);
  const results: { pulumi: Phases; kubectl: { apply: number; rollout: number } }[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? await byPulumi() : undefined;
    const kubectl = await byKubectl(manifests);
    results.push({ pulumi: first ?? (await byPulumi()), kubectl });
    progress.say(`round ${round + 1} of ${rounds}: ${line(results.at(-1)!)}`);
  }
  report(results);
} finally {
  await stacks.destroy(stack).catch(() => undefined);
  if (node.changed) await stacks.destroy("k3s.node");
}

async function byPulumi(): Promise<Phases> {
  const recorder = phaseRecorder();
  await stacks.up(stack, { config: { model }, onEvent: recorder.onEvent });
  const phases = recorder.end();
  await stacks.destroy(stack);
  return phases;
}

async function byKubectl(manifests: string) {
  const began = performance.now();
  await kubectl(["apply", "--filename", "-"], manifests);
  const applied = performance.now();
  await kubectl(["--namespace", namespace, "rollout", "status", "deployment/serving", "--timeout=300s"]);
  const ready = performance.now();
  await kubectl(["delete", "namespace", namespace, "--wait"]);
  return { apply: (applied - began) / 1000, rollout: (ready - applied) / 1000 };
}

async function kubectl(args: readonly string[], input?: string): Promise<void> {
  const { traces } = registered().find((service) => service.traces !== undefined)!;
  const kubeconfig = join(traces!.stateFolder, "kubeconfig.yaml");
  const command = join(String(node.outputs.tools), "kubectl");
  await execa(command, ["--kubeconfig", kubeconfig, ...args], input === undefined ? {} : { input });
}

/** What the program asked for, as the engine keeps it: the very same objects. */
async function manifestsOf(name: string): Promise<readonly unknown[]> {
  const { stdout } = await execa(toolchain.pulumi, ["stack", "export", "--stack", name, "--show-secrets"], {
    env: pulumiEnvironment(toolchain),
  });
  const resources = z.array(
    z.looseObject({ type: z.string(), inputs: z.record(z.string(), z.unknown()).optional() }),
  );
  return resources
    .parse(JSON.parse(stdout).deployment.resources)
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) =>
      Object.fromEntries(Object.entries(inputs!).filter(([key]) => !key.startsWith("__"))),
    );
}

function line({ pulumi, kubectl }: { pulumi: Phases; kubectl: { apply: number; rollout: number } }): string {
  const other = kubectl.apply + kubectl.rollout;
  return `pulumi ${pulumi.total.toFixed(1)} s, kubectl ${other.toFixed(1)} s, ratio ${(pulumi.total / other).toFixed(2)}`;
}

function report(results: readonly { pulumi: Phases; kubectl: { apply: number; rollout: number } }[]): void {
  const kubectlTotals = results.map(({ kubectl }) => kubectl.apply + kubectl.rollout);
  const ratios = results.map(({ pulumi }, round) => Math.log(pulumi.total / kubectlTotals[round]!));
  const differences = results.map(({ pulumi }, round) => pulumi.total - kubectlTotals[round]!);
  const of = (pick: (result: (typeof results)[number]) => number) => median(results.map(pick)).toFixed(2);
  const rows = [
    ["pulumi: engine, plugins and program start", of(({ pulumi }) => pulumi.start)],
    ["pulumi: namespace, settings, image", of(({ pulumi }) => pulumi.before)],
    ["pulumi: deployment until its pods answer", of(({ pulumi }) => pulumi.deployment)],
    ["pulumi: service until routed", of(({ pulumi }) => pulumi.after)],
    ["pulumi: state written, engine ends", of(({ pulumi }) => pulumi.end)],
    ["pulumi in all", of(({ pulumi }) => pulumi.total)],
    ["kubectl apply", of(({ kubectl }) => kubectl.apply)],
    ["kubectl rollout status", of(({ kubectl }) => kubectl.rollout)],
    ["kubectl in all", median(kubectlTotals).toFixed(2)],
  ];
  const manifest = toolchain.parts.filter(({ part }) => /^(pulumi|k3s)/.test(part));
  for (const { part, version, origin } of manifest) console.log(`${part} ${version} (${origin})`);
  console.log(`${variant}, model ${model}, n = ${results.length} rounds; medians in seconds`);
  for (const [name, seconds] of rows) console.log(`  ${name!.padEnd(44)} ${seconds!.padStart(6)}`);
  console.log(`ratio pulumi / kubectl  ${words(exponentiated(hodgesLehmann(ratios, 0.05)))}`);
  console.log(`difference, seconds     ${words(hodgesLehmann(differences, 0.05))}`);
  console.log(`busy with others: load average ${readFileSync("/proc/loadavg", "utf8").split(" ")[0]}`);
}

function words(estimate: Estimate | null): string {
  if (estimate === null) return "too few rounds for an interval (4 at least)";
  const { value, low, high, level, n } = estimate;
  const percent = (level * 100).toFixed(1);
  return `${value.toFixed(2)} (${percent} % interval ${low.toFixed(2)} to ${high.toFixed(2)}, n = ${n})`;
}
