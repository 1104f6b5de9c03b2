import { writeSettings } from "../../infra/settings-file.ts";
import type { CommandSpec } from "../cli.ts";
import { terminalProgress } from "../progress.ts";
import { setUp } from "../setup.ts";
import { airgapOption, givenSettings, settingsOptions, useAirgap } from "./options.ts";

export const setupCommand: CommandSpec = {
  summary: "provide the toolchain and prepare a model, so that `pulumi up` works by hand",
  options: [
    { flags: "--model <name>", description: "which model to prepare; default roberta-base" },
    { flags: "--target <name>", description: "also what this target needs; default process" },
    airgapOption,
    ...settingsOptions,
  ],
  async run(_, options) {
    useAirgap(options);
    await writeSettings(String(options.target ?? "process"), givenSettings(options));
    await setUp(String(options.model ?? "roberta-base"), terminalProgress(), {
      target: String(options.target ?? "process"),
    });
  },
};
