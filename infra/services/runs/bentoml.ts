import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { TestbedError } from "../../../errors/errors.ts";
import { type RunSpec, variablesOf } from "../definition/run.ts";
import { closedBentoml } from "./closed-bentoml.ts";
import { type Runner, within } from "./started.ts";

type BentomlRun = Extract<RunSpec, { kind: "bentoml" }>;

/** A BentoML project folder, served as `bentoml serve` serves it. */
export const bentomlRunner: Runner<"bentoml"> = {
  requirements(run, folder) {
    const project = within(folder, run.project);
    if (run.requirements !== undefined) return within(project, run.requirements);
    return ["requirements.lock", "requirements.txt"].map((name) => join(project, name)).find(existsSync);
  },
  async started(run, { folder, python }) {
    const project = within(folder, run.project);
    if (python === undefined) {
      throw new TestbedError("badInput", "the BentoML project does not state its Python packages", {
        problems: [
          {
            path: "run.requirements",
            expected: `requirements.lock or requirements.txt in ${project}, or another file, named here`,
            got: "none",
          },
        ],
        hint: "`uv pip compile --generate-hashes pyproject.toml -o requirements.lock` writes one.",
      });
    }
    return {
      command: [
        ...[python, closedBentoml, "serve", bentoServiceOf(run, folder)],
        ...["--host", "127.0.0.1", "--port", "{port}"],
      ],
      cwd: project,
      environment: {
        PYTHONUNBUFFERED: "1",
        PYTHONDONTWRITEBYTECODE: "1",
        BENTOML_DO_NOT_TRACK: "True",
        PATH: [dirname(python), variablesOf(run).values.PATH ?? "/usr/local/bin:/usr/bin:/bin"].join(
          delimiter,
        ),
        ...variablesOf(run).values,
      },
    };
  },
};

/**
 * `service:Summarizer`, as `bentoml serve` takes it: what the run says, else `service:` of bentofile.yaml, else `[tool.bentoml.build]
 * service` of pyproject.toml.
 *
 * @throws TestbedError (badInput) where none of them says it
 */
export function bentoServiceOf(
  { project, service }: Pick<BentomlRun, "project" | "service">,
  folder: string,
): string {
  const place = within(folder, project);
  const found =
    service ??
    firstMatch(join(place, "bentofile.yaml"), /^service:\s*["']?([^"'#\s]+)/m) ??
    firstMatch(
      join(place, "pyproject.toml"),
      /^\[tool\.bentoml\.build\]\s*\n(?:(?!\[)[^\n]*\n)*?\s*service\s*=\s*["']([^"']+)/m,
    );
  if (found !== undefined) return found.replace(/\.py:/, ":").replaceAll("/", ".");
  throw new TestbedError("badInput", "the BentoML project does not state which of its services to run", {
    problems: [
      {
        path: "run.service",
        expected: "file.py:Name, here or as `service` in bentofile.yaml or pyproject.toml",
        got: existsSync(place) ? `no service in ${place}` : `no folder ${place}`,
      },
    ],
  });
}

function firstMatch(path: string, pattern: RegExp): string | undefined {
  try {
    return pattern.exec(readFileSync(path, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
