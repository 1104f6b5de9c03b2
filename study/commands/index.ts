/** Every `testbed` command by name. A new one is one file and one line here. */
import type { CommandSpec } from "../cli.ts";
import { analyseCommand } from "./analyse.ts";
import { capacityCommand } from "./capacity.ts";
import { compareCommand } from "./compare.ts";
import { doctorCommand } from "./doctor.ts";
import { downCommand } from "./down.ts";
import { envCommand } from "./env.ts";
import { initCommand } from "./init.ts";
import { listCommand } from "./list.ts";
import { loadCommand } from "./load.ts";
import { planCommand } from "./plan.ts";
import { pruneCommand } from "./prune.ts";
import { qualityCommand } from "./quality.ts";
import { scheduleCommand } from "./schedule.ts";
import { setupCommand } from "./setup.ts";
import { studyCommand } from "./study.ts";
import { tryCommand } from "./try.ts";
import { tuneCommand } from "./tune.ts";
import { upCommand } from "./up.ts";
import { verifyCommand } from "./verify.ts";

export const commands = {
  init: initCommand,
  try: tryCommand,
  study: studyCommand,
  plan: planCommand,
  setup: setupCommand,
  up: upCommand,
  load: loadCommand,
  schedule: scheduleCommand,
  down: downCommand,
  prune: pruneCommand,
  analyse: analyseCommand,
  verify: verifyCommand,
  compare: compareCommand,
  capacity: capacityCommand,
  quality: qualityCommand,
  tune: tuneCommand,
  list: listCommand,
  doctor: doctorCommand,
  env: envCommand,
} satisfies Record<string, CommandSpec>;
