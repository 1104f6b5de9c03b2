/** Set-up, shared by every command that needs real parts: toolchain, prepared model, and the files that Pulumi programs read. */

import { type PreparedModel, wasPrepared } from "../../infra/models/index.ts";
import { builtInService, recordService, type Service, variantNames } from "../../infra/services/index.ts";
import { requirementsOf } from "../../infra/services/runs/index.ts";
import { type Target, targets } from "../../infra/targets/index.ts";
import {
  cacheRoot,
  provideToolchainWith,
  type Toolchain,
  toolchainLacks,
} from "../../infra/toolchain/index.ts";
import { providePackages } from "../../infra/toolchain/uv.ts";
import { writeEnvironment } from "../../infra/workspace/environment-file.ts";
import type { Asked } from "../../workloads/ask/asked.ts";
import { probeOf } from "../spec/asked.ts";
import { duration, type Progress } from "../terminal/progress.ts";

export interface Workbench {
  readonly toolchain: Toolchain;
  /** Null for a service that has no choice of models. */
  readonly model: PreparedModel | null;
}

/** What beyond the common parts is needed: those of a service and of a target, for some variants. */
export interface SetUpChoice {
  /** Sentiment where it is left out. */
  readonly service?: Service;
  /** Of a service that has a choice of them; its usual one where it is left out. */
  readonly model?: string | undefined;
  readonly target?: string;
  /** Default: all; empty for the node alone. */
  readonly variants?: readonly string[];
  /** Its load, for a request that shows that it is ready. */
  readonly asked?: Asked | undefined;
}

export async function setUp(choice: SetUpChoice, progress: Progress): Promise<Workbench> {
  const { service = builtInService(), asked } = choice;
  const { own, spec } = service;
  const target: Target | undefined = targets[(choice.target ?? "process") as keyof typeof targets];
  if (target?.standsAlone !== undefined) {
    await recordService(service);
    return { toolchain: noToolchain, model: target.standsAlone.model };
  }
  target?.checkHost?.(cacheRoot());
  const started = performance.now();
  const say = (line: string) => progress.say(`  ${line}`);
  progress.say("Set-up (slow steps are cached outside the workspace)");
  // A node alone serves none: it is prepared where it was asked for by name.
  const isNodeAlone = choice.variants?.length === 0;
  const usualModel = isNodeAlone ? undefined : own?.defaultModel;
  const modelName = own === undefined ? undefined : (choice.model ?? usualModel);
  for (const line of await toBeMade(modelName)) say(line);
  const { toolchain: common, made: model } = await provideToolchainWith(
    { progress: say, ...(own === undefined || modelName === undefined ? {} : { python: own.python }) },
    async (python) => (modelName === undefined ? null : own!.prepare(modelName, { python, progress: say })),
  );
  if (model !== null) await writeEnvironment({ python: common.python, model });
  const packages =
    own === undefined && (target?.pods ?? false) === false ? await packagesOf(service, say) : undefined;
  const probe = asked === undefined ? undefined : probeOf(service, asked);
  await recordService(service, { python: packages?.path, probe });
  const { variants: chosen = variantNames(service) } = choice;
  const withPackages = packages === undefined ? common : { ...common, parts: [...common.parts, packages] };
  const toolchain =
    (await target?.provide?.({
      ...{ toolchain: withPackages, service, model },
      ...{ variants: chosen, progress: say },
    })) ?? withPackages;
  for (const part of toolchain.parts) say(`${part.part} ${part.version} (${part.origin})`);
  if (model === null && isNodeAlone) say("no model: the node alone");
  else if (model === null) say(`service ${spec.name} (${spec.run.kind})`);
  else say(`model ${model.name}${model.synthetic ? " (synthetic weights)" : ""}: ${model.note}`);
  progress.say(`Set-up done in ${duration(performance.now() - started)}`);
  return { toolchain, model };
}

/** Its own Python environment; undefined where it needs none. */
async function packagesOf(service: Service, say: (line: string) => void) {
  const requirements = requirementsOf(service);
  return requirements === undefined
    ? undefined
    : providePackages(requirements, service.spec.name, { progress: say });
}

/** What will take minutes, why, and how long on two cores; empty where all of it is cached. */
async function toBeMade(modelName: string | undefined): Promise<readonly string[]> {
  const lacks = [
    ...(await toolchainLacks({ python: modelName !== undefined })),
    ...(modelName === undefined || wasPrepared(modelName, cacheRoot())
      ? []
      : [
          {
            what: `the model ${modelName}`,
            why: "prepared in each of its formats, after Python",
            minutes: 1.5,
          },
        ]),
  ];
  if (lacks.length === 0) return [];
  const longest = Math.max(...lacks.map(({ minutes }) => minutes));
  const inAll = lacks.reduce((sum, { minutes }) => sum + minutes, 0);
  return [
    // What is made at once shares the processors.
    `to be prepared once, in about ${Math.ceil(Math.max(longest, inAll * 0.8))} min on two cores:`,
    ...lacks.map(({ what, why, minutes }) => `  ${what}: ${why} (about ${minutes} min alone)`),
  ];
}

/** For a target that asks for none of it. */
const noToolchain: Toolchain = { parts: [], python: "", pulumi: "", environment: {} };
