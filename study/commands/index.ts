/**
 * Every `testbed` command by name, with its words for `--help`. A new one is one file and one entry here. Its file is
 * imported only when it is asked for: reading the modules of all of them takes two seconds of processor time.
 */
import type { CommandSpec } from "./command.ts";

interface CommandEntry {
  readonly summary: string;
  spec(): Promise<CommandSpec>;
}

export const commands = {
  init: {
    summary:
      "write a service file, requests and a study for what is in a folder, or at URLs; overwrites nothing",
    spec: async () => (await import("./init.ts")).initCommand,
  },
  try: {
    summary:
      "start one variant of a service, send it one request, show the answer, its judgement, and what would have to change",
    spec: async () => (await import("./try.ts")).tryCommand,
  },
  study: {
    summary: "run a whole study: set up, deploy, load, compare, report, tear down",
    spec: async () => (await import("./study.ts")).studyCommand,
  },
  plan: {
    summary: "show what a study would run, in which order, for how long, and what it can resolve",
    spec: async () => (await import("./plan.ts")).planCommand,
  },
  setup: {
    summary: "provide the toolchain and prepare a model, so that `pulumi up` works by hand",
    spec: async () => (await import("./setup.ts")).setupCommand,
  },
  up: {
    summary: "bring up one stack, for example process.baseline (the same as `pulumi up -s`)",
    spec: async () => (await import("./up.ts")).upCommand,
  },
  load: {
    summary: "drive one service with one exact schedule and keep every sample",
    spec: async () => (await import("./load.ts")).loadCommand,
  },
  schedule: {
    summary: "export a schedule to a file, check one that was exported, or audit one against its law",
    spec: async () => (await import("./schedule.ts")).scheduleCommand,
  },
  down: {
    summary: "take a stack down; with --all everything this workspace has up, killed runs' leftovers too",
    spec: async () => (await import("./down.ts")).downCommand,
  },
  prune: {
    summary: "remove from the cache what newer versions have superseded and no run has used for a day",
    spec: async () => (await import("./prune.ts")).pruneCommand,
  },
  analyse: {
    summary: "recompute the analysis and the reports of a results folder, offline",
    spec: async () => (await import("./analyse.ts")).analyseCommand,
  },
  verify: {
    summary:
      "recompute every figure of a results folder from its raw samples and every digest, and name what differs",
    spec: async () => (await import("./verify.ts")).verifyCommand,
  },
  compare: {
    summary:
      "compare two runs of one study: what agrees, what does not; exit code 7 where the second is worse, 9 where that cannot be told",
    spec: async () => (await import("./compare.ts")).compareCommand,
  },
  capacity: {
    summary: "the highest rate that holds an SLO under open-loop load, with its interval, per cv",
    spec: async () => (await import("./capacity.ts")).capacityCommand,
  },
  quality: {
    summary:
      "labels and probabilities of variants against the baseline's, text by text; exit code 8 where one is outside its tolerance",
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
    summary: "show each part of the toolchain, where it comes from, and what to do about a missing one",
    spec: async () => (await import("./doctor.ts")).doctorCommand,
  },
  env: {
    summary: 'print the exports for typing pulumi by hand: eval "$(npx testbed env)"',
    spec: async () => (await import("./env.ts")).envCommand,
  },
} satisfies Record<string, CommandEntry>;
