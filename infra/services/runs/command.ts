import { existsSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { TestbedError } from "../../../errors/errors.ts";
import { variablesOf } from "../definition/run.ts";
import { type Runner, within } from "./started.ts";

const interpreters = ["python", "python3"];

/** Any command that listens on a given port. */
export const commandRunner: Runner<"command"> = {
  requirements: ({ requirements }, folder) =>
    requirements === undefined ? undefined : within(folder, requirements),
  async started(run, { folder, python }) {
    const { command, folder: own } = run;
    const cwd = within(folder, own);
    if (!existsSync(cwd)) {
      throw new TestbedError("badInput", "the command's folder does not exist", {
        problems: [{ path: "run.folder", expected: "a folder", got: cwd }],
      });
    }
    const [first = "", ...rest] = command;
    // `uvicorn`, `gunicorn` and their like lie beside the interpreter of the service's own environment.
    const path =
      python === undefined
        ? {}
        : {
            PATH: [
              dirname(python),
              variablesOf(run).values.PATH ?? process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
            ].join(delimiter),
          };
    return {
      command: [python !== undefined && interpreters.includes(first) ? python : first, ...rest],
      cwd,
      environment: { PYTHONUNBUFFERED: "1", ...variablesOf(run).values, ...path },
    };
  },
};
