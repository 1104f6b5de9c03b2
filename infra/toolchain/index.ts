/** Finds or provides everything that a stack needs before it can come up; each part records its origin. */
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkTemporary } from "../../files/temporary-root.ts";
import { standInPath } from "./plugins.ts";
import { cacheRoot, type ProvideOptions } from "./provide/cache.ts";
import type { Part } from "./provide/part.ts";
import { providePulumi } from "./pulumi.ts";

export interface Toolchain {
  readonly parts: readonly Part[];
  /** Interpreter of the environment of a built-in service; empty where there is none. */
  readonly python: string;
  /** The Pulumi command line. */
  readonly pulumi: string;
  /** What a Pulumi call needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ToolchainOptions extends ProvideOptions {
  /** Python environment of a built-in service. */
  readonly python?: (options: ProvideOptions) => Promise<readonly Part[]>;
}

export async function provideToolchain(options: ToolchainOptions): Promise<Toolchain> {
  return (await provideToolchainWith(options, async () => undefined)).toolchain;
}

/**
 * The engine and the Python environment at once, since neither needs the other: each takes minutes where nothing is cached.
 *
 * @param make work that needs the interpreter but not the engine, started while the engine may still be built
 * @throws what went wrong, once all of it has ended: what was built beside it is there the next time
 */
export async function provideToolchainWith<Made>(
  { python: ofService, ...options }: ToolchainOptions,
  make: (python: string) => Promise<Made>,
): Promise<{ readonly toolchain: Toolchain; readonly made: Made }> {
  checkTemporary();
  const ofPython = Promise.resolve(ofService?.(options) ?? []);
  const all = [
    providePulumi(options),
    ofPython,
    ofPython.then((parts) => make(pathOf(parts, "python"))),
  ] as const;
  // Wait for all: none may still run while a failure is reported.
  await Promise.allSettled(all);
  const [pulumi, python, made] = await Promise.all(all);
  return { toolchain: toolchainOf([...pulumi, ...python], options.root), made };
}

function pathOf(parts: readonly Part[], name: string): string {
  return parts.find(({ part }) => part === name)?.path ?? "";
}

/** For `--policy-pack infra/policy`. */
const policyAnalyzer = fileURLToPath(new URL("../policy", import.meta.url));

function toolchainOf(parts: readonly Part[], root = cacheRoot()): Toolchain {
  const path = (name: string) => pathOf(parts, name);
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

export { doctor } from "./doctor.ts";
export { missingParts as toolchainLacks } from "./missing-parts.ts";
export { cacheRoot, provideOnce } from "./provide/cache.ts";
export type { DoctorLine, Part } from "./provide/part.ts";
export { prune, superseded } from "./prune.ts";
