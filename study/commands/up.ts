import { makePrivate } from "../../files/private-folder.js";
import { progressOf } from "../../infra/engine/engine-error.ts";
import { openStacks } from "../../infra/engine/stacks.ts";
import { removeLeftoverFolders } from "../../infra/host/leftover-folders.ts";
import { checkVariables } from "../../infra/services/definition/run.ts";
import { secretsOfService } from "../../infra/services/definition/service.ts";
import { privateFolder } from "../../infra/workspace/paths.ts";
import { provideProject } from "../../infra/workspace/project.ts";
import { writeSettings } from "../../infra/workspace/settings-file.ts";
import { configuredModel } from "../../infra/workspace/stack-config.ts";
import { untilAccepted } from "../../workloads/drive/reached.ts";
import {
  airgapOption,
  givenSettings,
  jsonOption,
  serviceOption,
  settingsOptions,
  useAirgap,
} from "../options/options.ts";
import { enterWorkspace } from "../session/lock.ts";
import { setUp } from "../session/setup.ts";
import { openAsked } from "../spec/asked.ts";
import { knownStack } from "../spec/stack-name.ts";
import { interruptSignal } from "../terminal/interrupt.ts";
import { print, printJson } from "../terminal/print.ts";
import { terminalProgress } from "../terminal/progress.ts";
import type { CommandSpec } from "./command.ts";

const reachedWithinMs = 20_000;

export const upCommand: CommandSpec = {
  arguments: [{ name: "<stack>", description: "<target>.<variant>, or <target>.<service>.<variant>" }],
  options: [
    serviceOption,
    {
      flags: "--model <name>",
      description: "the served model, if the service offers a choice; default the stack's previous model",
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
    makePrivate(privateFolder);
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
    const reached = up.then(async (result) => {
      const { url } = result.outputs;
      // The nodes may refuse what is sent to a new pod for a moment yet.
      if (typeof url !== "string" || url === "") return result;
      if (!(await untilAccepted(url, { withinMs: reachedWithinMs, signal })))
        progress.say(`note: nothing accepts a connection at ${url} yet`);
      return result;
    });
    const { secretOutputs, seconds, changed, ...result } = await reached.finally(release);
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
