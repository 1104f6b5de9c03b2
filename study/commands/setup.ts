import { defaultService, loadService } from "../../infra/services/index.ts";
import { writeSettings } from "../../infra/settings-file.ts";
import type { CommandSpec } from "../cli.ts";
import { terminalProgress } from "../progress.ts";
import { setUp } from "../setup.ts";
import { airgapOption, givenSettings, serviceOption, settingsOptions, useAirgap } from "./options.ts";

export const setupCommand: CommandSpec = {
  summary: "provide the toolchain and prepare a model, so that `pulumi up` works by hand",
  options: [
    serviceOption,
    { flags: "--model <name>", description: "which model to prepare; default the service's usual one" },
    { flags: "--target <name>", description: "also what this target needs; default process" },
    airgapOption,
    ...settingsOptions,
  ],
  async run(_, options) {
    useAirgap(options);
    await writeSettings(String(options.target ?? "process"), givenSettings(options));
    const service = await loadService(String(options.service ?? defaultService));
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
