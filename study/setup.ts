/** Set-up, shared by every command that needs real parts: toolchain, prepared model, and the file that Pulumi programs read. */
import { writeEnvironment } from "../infra/environment-file.ts";
import { type PreparedModel, prepareModel } from "../infra/models/index.ts";
import { type Target, targets } from "../infra/targets/index.ts";
import { cacheRoot, provideToolchain, type Toolchain } from "../infra/toolchain/index.ts";
import { variants } from "../infra/variants/index.ts";
import { duration, type Progress } from "./progress.ts";

export interface Workbench {
  readonly toolchain: Toolchain;
  readonly model: PreparedModel;
}

/** @param options what beyond the common parts is needed: those of a target, for these variants */
export async function setUp(
  modelName: string,
  progress: Progress,
  options: { readonly target?: string; readonly variants?: readonly string[] } = {},
): Promise<Workbench> {
  const target: Target | undefined = targets[(options.target ?? "process") as keyof typeof targets];
  if (target?.standsAlone !== undefined) return { toolchain: noToolchain, model: target.standsAlone };
  const started = performance.now();
  const say = (line: string) => progress.say(`  ${line}`);
  progress.say("Set-up (what is slow is cached for the next time)");
  const common = await provideToolchain({ progress: say });
  const model = await prepareModel(modelName, {
    python: common.python,
    cacheRoot: cacheRoot(),
    progress: say,
  });
  await writeEnvironment({ python: common.python, model });
  const { variants: chosen = Object.keys(variants) } = options;
  const toolchain =
    (await target?.provide?.({ toolchain: common, model, variants: chosen, progress: say })) ?? common;
  for (const part of toolchain.parts) say(`${part.part} ${part.version} (${part.origin})`);
  say(`model ${model.name}${model.synthetic ? " (synthetic weights)" : ""}: ${model.note}`);
  progress.say(`Set-up done in ${duration(performance.now() - started)}`);
  return { toolchain, model };
}

/** For a target that asks for none of it. */
const noToolchain: Toolchain = { parts: [], python: "", pulumi: "", environment: {} };
