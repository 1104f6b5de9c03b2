import { progressOf } from "../../infra/engine-error.ts";
import { removeLeftoverFolders } from "../../infra/leftover-folders.ts";
import { provideProject } from "../../infra/project.ts";
import { checkVariables } from "../../infra/services/run.ts";
import { secretsOfService } from "../../infra/services/service.ts";
import { writeSettings } from "../../infra/settings-file.ts";
import { configuredModel } from "../../infra/stack-config.ts";
import { openStacks } from "../../infra/stacks.ts";
import { openAsked } from "../asked.ts";
import type { CommandSpec } from "../cli.ts";
import { interruptSignal } from "../interrupt.ts";
import { enterWorkspace } from "../lock.ts";
import { print, printJson } from "../print.ts";
import { terminalProgress } from "../progress.ts";
import { setUp } from "../setup.ts";
import { knownStack } from "../stack-name.ts";
import {
  airgapOption,
  givenSettings,
  jsonOption,
  serviceOption,
  settingsOptions,
  useAirgap,
} from "./options.ts";

export const upCommand: CommandSpec = {
  arguments: [{ name: "<stack>", description: "<target>.<variant>, or <target>.<service>.<variant>" }],
  options: [
    serviceOption,
    {
      flags: "--model <name>",
      description:
        "which model is served, by a service that has a choice of them; else what the stack was given before",
    },
    airgapOption,
    ...settingsOptions,
    jsonOption,
  ],
  async run([stack = ""], options) {
    useAirgap(options);
    const progress = terminalProgress();
    const { address, service } = await knownStack(stack, options.service as string | undefined);
    if (address.layer === "serving") checkVariables(service.spec.run);
    enterWorkspace("up");
    await writeSettings(address.target, givenSettings(options));
    // What was set by hand, or at the last `up`, stands where nothing else is asked: as with `pulumi up`.
    const model =
      options.model === undefined
        ? await configuredModel(await provideProject(), stack)
        : String(options.model);
    // Its first request shows that it is ready.
    const asked = service.own === undefined ? (await openAsked(service)).asked : undefined;
    const { toolchain } = await setUp(
      {
        ...{ service, model, asked },
        target: address.target,
        variants: address.layer === "serving" ? [address.variant] : [],
      },
      progress,
    );
    removeLeftoverFolders();
    const { signal, release } = interruptSignal(progress.say);
    const secrets = secretsOfService(service.spec);
    const told = progressOf((line) => progress.say(line), secrets);
    const up = openStacks(toolchain).up(stack, {
      ...{ signal, secrets, config: { model } },
      // A node that died, with its host perhaps, is in the state all the same.
      refresh: address.layer === "node",
      onOutput: told.say,
    });
    const { secretOutputs, seconds, changed, ...result } = await up.finally(release);
    if (told.rest() !== "") progress.say(told.rest());
    const outputs = Object.fromEntries(
      Object.entries(result.outputs).map(([name, value]) => [
        name,
        secretOutputs.includes(name) ? "[secret]" : value,
      ]),
    );
    if (options.json === true) printJson({ stack, outputs, seconds, changed });
    else {
      print(`${stack} is ${changed ? "up" : "up, nothing changed"} (${seconds.toFixed(1)} s)`);
      for (const [name, value] of Object.entries(outputs)) print(`  ${name}: ${String(value)}`);
    }
  },
};
