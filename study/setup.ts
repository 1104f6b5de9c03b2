/** Set-up, shared by every command that needs real parts: toolchain, prepared model, and the file that Pulumi programs read. */
import { writeEnvironment } from "../infra/environment-file.ts";
import { type PreparedModel, prepareModel } from "../infra/models/index.ts";
import { cacheRoot, provideToolchain, type Toolchain } from "../infra/toolchain/index.ts";
import { duration, type Progress } from "./progress.ts";

export interface Workbench {
  readonly toolchain: Toolchain;
  readonly model: PreparedModel;
}

export async function setUp(modelName: string, progress: Progress): Promise<Workbench> {
  const started = performance.now();
  const say = (line: string) => progress.say(`  ${line}`);
  progress.say("Set-up (what is slow is cached outside the checkout)");
  const toolchain = await provideToolchain({ progress: say });
  const model = await prepareModel(modelName, {
    python: toolchain.python,
    cacheRoot: cacheRoot(),
    progress: say,
  });
  await writeEnvironment({ python: toolchain.python, model });
  for (const part of toolchain.parts) say(`${part.part} ${part.version} (${part.origin})`);
  say(`model ${model.name}${model.synthetic ? " (synthetic weights)" : ""}: ${model.note}`);
  progress.say(`Set-up done in ${duration(performance.now() - started)}`);
  return { toolchain, model };
}
