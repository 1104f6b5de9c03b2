/**
 * The start of a server in Python, as a service file states it: its command, its packages and the number of its
 * server's processes.
 */
import type { Sketch } from "./sketch.ts";
import { requirementsFile } from "./source-files.ts";

export interface PythonCommand {
  /** Lines of `run`. */
  readonly run: readonly string[];
  /** Set where no file of packages was seen. */
  readonly unsure: readonly string[];
}

/** @param lines of `run` beside the command */
export function pythonCommand(
  folder: string,
  command: readonly string[],
  lines: readonly string[] = [],
): PythonCommand {
  const requirements = requirementsFile(folder);
  const packages =
    requirements === undefined
      ? [
          "// With a file of packages, `python` is the interpreter of an environment made of it.",
          '// requirements: "requirements.lock",',
        ]
      : [
          "// `python` is the interpreter of an environment made of it, cached by what the file says.",
          `requirements: ${JSON.stringify(requirements)},`,
        ];
  return {
    run: [
      'kind: "command",',
      "// {port} is a free port, chosen anew for each start.",
      `command: [${command.map((word) => JSON.stringify(word)).join(", ")}],`,
      ...lines,
      ...packages,
    ],
    unsure:
      requirements === undefined ? ["which Python packages it needs: python3 on PATH is used as it is"] : [],
  };
}

/** As `python -m` and its servers name a file. */
export function moduleOf(path: string): string {
  return path.replace(/\.py$/, "").replaceAll("/", ".");
}

/** Of a server that has `--workers`. */
export function workersOf(server: string): Pick<Sketch, "setting" | "variants"> {
  return {
    setting: {
      name: "workers",
      source:
        '{ type: "integer", default: 1, minimum: 1, maximum: 16, to: { argument: "--workers={value}" } }',
      comment: `Processes of ${server}.`,
    },
    variants: { baseline: {}, "two-workers": { workers: 2 } },
  };
}
