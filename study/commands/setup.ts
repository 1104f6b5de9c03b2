import { TestbedError } from "../../errors/errors.ts";
import { writeSettings } from "../../infra/workspace/settings-file.ts";
import {
  airgapOption,
  deployChoice,
  givenSettings,
  serviceOption,
  settingsOptions,
  useAirgap,
} from "../options/options.ts";
import { setUp } from "../session/setup.ts";
import { terminalProgress } from "../terminal/progress.ts";
import type { CommandSpec } from "./command.ts";

export const setupCommand: CommandSpec = {
  options: [
    serviceOption,
    { flags: "--model <name>", description: "model to prepare; default the service's default model" },
    { flags: "--target <name>", description: "also install what this target needs; default process" },
    airgapOption,
    ...settingsOptions,
  ],
  async run(_, options) {
    useAirgap(options);
    const { service, problems } = await deployChoice(options);
    if (problems.length > 0) {
      throw new TestbedError("badInput", "there is nothing of that name to set up", { problems });
    }
    await writeSettings(String(options.target ?? "process"), givenSettings(options));
    await setUp(
      {
        service,
        model: options.model === undefined ? undefined : String(options.model),
        target: String(options.target ?? "process"),
      },
      terminalProgress(),
    );
  },
};
