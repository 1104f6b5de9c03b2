/** A tool in a version that is pinned, built or installed into the cache once. */
import { join } from "node:path";
import { execa } from "execa";
import { type ProvideOptions, provideOnce } from "../../../infra/toolchain/provide/cache.ts";

/** @returns the binary */
export async function goTool(
  name: string,
  module: string,
  version: string,
  options: ProvideOptions,
): Promise<string> {
  const directory = await provideOnce(
    `${name}-v${version}`,
    async (into) => {
      await execa("go", ["install", `${module}@v${version}`], { env: { GOBIN: into, GOFLAGS: "" } });
    },
    options,
  );
  return join(directory, name);
}

/** @returns the interpreter of an environment that has the package: scripts in a folder that was renamed point to where it was */
export async function pythonTool(name: string, version: string, options: ProvideOptions): Promise<string> {
  const directory = await provideOnce(
    `${name}-v${version}`,
    async (into) => {
      await execa("python3", ["-m", "venv", join(into, "venv")]);
      await execa(join(into, "venv/bin/python"), ["-m", "pip", "install", "-q", `${name}==${version}`]);
    },
    options,
  );
  return join(directory, "venv/bin/python");
}

/** @returns the folder of the package */
export async function nodeTool(name: string, version: string, options: ProvideOptions): Promise<string> {
  const directory = await provideOnce(
    `${name}-v${version}`,
    async (into) => {
      await execa("npm", [
        ...["install", "--prefix", into, "--no-audit", "--no-fund", "--loglevel=error"],
        `${name}@${version}`,
      ]);
    },
    options,
  );
  return join(directory, "node_modules", name);
}
