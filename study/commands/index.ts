/**
 * Every `testbed` command by name, with its text for `--help`. To add one: one file and one entry here. A command's
 * file is imported on use only: loading the modules of all commands takes two seconds of processor time.
 */
import type { CommandSpec } from "./command.ts";

interface CommandEntry {
  readonly summary: string;
  spec(): Promise<CommandSpec>;
}

export const commands = {
  init: {
    summary:
      "write a service file, requests and a study for the service in a folder or at URLs; overwrites nothing",
    spec: async () => (await import("./init.ts")).initCommand,
  },
  try: {
    summary:
      "start one variant of a service, send one request, show the answer, its judgement and what to correct",
    spec: async () => (await import("./try.ts")).tryCommand,
  },
  study: {
    summary: "run a whole study: set up, deploy, load, compare, report, tear down",
    spec: async () => (await import("./study.ts")).studyCommand,
  },
  plan: {
    summary:
      "show the trials of a study, their order and duration, and which effects the study can detect; deploys nothing",
    spec: async () => (await import("./plan.ts")).planCommand,
  },
  setup: {
    summary: "install the toolchain and prepare a model, so that `pulumi up` works by hand",
    spec: async () => (await import("./setup.ts")).setupCommand,
  },
  up: {
    summary: "deploy one stack, for example process.baseline (the same as `pulumi up -s`)",
    spec: async () => (await import("./up.ts")).upCommand,
  },
  load: {
    summary: "drive one service with one exact schedule and keep every sample",
    spec: async () => (await import("./load.ts")).loadCommand,
  },
  schedule: {
    summary: "export a schedule to a file, check an exported schedule, or audit one against its distribution",
    spec: async () => (await import("./schedule.ts")).scheduleCommand,
  },
  down: {
    summary: "remove a stack; with --all every stack of this workspace and the leftovers of killed runs",
    spec: async () => (await import("./down.ts")).downCommand,
  },
  prune: {
    summary: "remove files from the cache that a newer version replaced and that no run used for a day",
    spec: async () => (await import("./prune.ts")).pruneCommand,
  },
  analyse: {
    summary: "recompute the analysis and the reports of a results folder, offline",
    spec: async () => (await import("./analyse.ts")).analyseCommand,
  },
  verify: {
    summary:
      "recompute every figure and digest of a results folder from its raw samples, and list differences",
    spec: async () => (await import("./verify.ts")).verifyCommand,
  },
  compare: {
    summary:
      "compare two runs of one study; exit code 7 if the second is worse, 9 if they are not comparable",
    spec: async () => (await import("./compare.ts")).compareCommand,
  },
  capacity: {
    summary: "find the highest rate that meets an SLO under open-loop load, with its interval, per cv",
    spec: async () => (await import("./capacity.ts")).capacityCommand,
  },
  quality: {
    summary:
      "compare the answers of variants with the baseline's, text by text; exit code 8 if a variant is outside its tolerance",
    spec: async () => (await import("./quality.ts")).qualityCommand,
  },
  tune: {
    summary:
      "search a declared space of settings for the highest rate under an SLO; writes the winner as a variant",
    spec: async () => (await import("./tune.ts")).tuneCommand,
  },
  list: {
    summary:
      "list studies, services, variants, scenarios, arrivals, targets, models, payloads and disruptions; or the runs in results/",
    spec: async () => (await import("./list.ts")).listCommand,
  },
  doctor: {
    summary: "show each part of the toolchain, its source, and how to install a missing one",
    spec: async () => (await import("./doctor.ts")).doctorCommand,
  },
  env: {
    summary: 'print the environment for typing pulumi by hand: eval "$(npx testbed env)"',
    spec: async () => (await import("./env.ts")).envCommand,
  },
} satisfies Record<string, CommandEntry>;
