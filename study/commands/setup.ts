import { TestbedError } from "../../errors.ts";
import { writeSettings } from "../../infra/settings-file.ts";
import type { CommandSpec } from "../cli.ts";
import { terminalProgress } from "../progress.ts";
import { setUp } from "../setup.ts";
import {
  airgapOption,
  deployChoice,
  givenSettings,
  serviceOption,
  settingsOptions,
  useAirgap,
} from "./options.ts";

export const setupCommand: CommandSpec = {
  options: [
    serviceOption,
    { flags: "--model <name>", description: "which model to prepare; default the service's usual one" },
    { flags: "--target <name>", description: "also what this target needs; default process" },
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
