import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { TestbedError } from "../../../errors/errors.ts";
import { variablesOf } from "../definition/run.ts";
import { closedBentoml } from "./closed-bentoml.ts";
import { type Runner, within } from "./started.ts";

/** The folder in which `bentoml build` stores bentos. */
export function bentoFolder(tag: string, environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment.BENTOML_HOME ?? join(homedir(), "bentoml");
  const [name = "", version = ""] = tag.split(":");
  const folder = join(home, "bentos", name);
  // `latest` is a file with the version's name.
  return join(folder, version === "latest" ? latestIn(folder) : version);
}

function latestIn(folder: string): string {
  try {
    return readFileSync(join(folder, "latest"), "utf8").trim();
  } catch {
    return "latest";
  }
}

/** A bento of the local store, with the packages that it was built with. */
export const bentoRunner: Runner<"bento"> = {
  requirements({ tag, requirements }, folder) {
    if (requirements !== undefined) return within(folder, requirements);
    const python = join(bentoFolder(tag), "env", "python");
    return ["requirements.lock.txt", "requirements.txt"].map((name) => join(python, name)).find(existsSync);
  },
  async started(run, { python }) {
    const { tag } = run;
    const bento = bentoFolder(tag);
    if (!existsSync(bento)) {
      throw new TestbedError("badInput", `there is no bento ${tag}`, {
        problems: [{ path: "run.tag", expected: "a bento of the local store", got: bento }],
        hint: "`bentoml list` shows them; BENTOML_HOME sets the location of the store.",
      });
    }
    return {
      command: [
        ...[python ?? "python3", closedBentoml, "serve", bento],
        ...["--host", "127.0.0.1", "--port", "{port}"],
      ],
      cwd: bento,
      environment: { PYTHONUNBUFFERED: "1", BENTOML_DO_NOT_TRACK: "True", ...variablesOf(run).values },
    };
  },
};
