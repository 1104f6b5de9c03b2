/** Everything that must be there before a stack can come up, found or provided, each part saying where it came from. */
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheRoot, type ProvideOptions } from "./cache.ts";
import type { Part } from "./part.ts";
import { standInPath } from "./plugins.ts";
import { providePulumi } from "./pulumi.ts";

export interface Toolchain {
  readonly parts: readonly Part[];
  /** Interpreter of the environment of a service of ours; empty where there is none. */
  readonly python: string;
  /** The Pulumi command line. */
  readonly pulumi: string;
  /** What a Pulumi call needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ToolchainOptions extends ProvideOptions {
  /** Of a service of ours: its Python environment. */
  readonly python?: (options: ProvideOptions) => Promise<readonly Part[]>;
}

export async function provideToolchain({
  python: ofService,
  ...options
}: ToolchainOptions): Promise<Toolchain> {
  const pulumi = await providePulumi(options);
  const python = (await ofService?.(options)) ?? [];
  return toolchainOf([...pulumi, ...python], options.root);
}

/** For `--policy-pack infra/policy`. */
const policyAnalyzer = fileURLToPath(new URL("../policy", import.meta.url));

function toolchainOf(parts: readonly Part[], root = cacheRoot()): Toolchain {
  const path = (name: string) => parts.find(({ part }) => part === name)?.path ?? "";
  return {
    parts,
    python: path("python"),
    pulumi: path("pulumi"),
    environment: {
      PATH: [...standInPath(), policyAnalyzer, dirname(path("pulumi")), process.env.PATH ?? ""].join(
        delimiter,
      ),
      // A home of its own keeps our plugins and credentials apart from the user's.
      PULUMI_HOME: join(root, "pulumi-home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Types are checked by `npm run lint`; the first is for CommonJS programs, the second for ES modules.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      TS_NODE_TRANSPILE_ONLY: "true",
    },
  };
}

export { cacheRoot, provideOnce } from "./cache.ts";
export { doctor } from "./doctor.ts";
export type { DoctorLine, Part } from "./part.ts";
export { prune, superseded } from "./prune.ts";
