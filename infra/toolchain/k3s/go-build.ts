import type { ProvideOptions } from "../provide/cache.ts";
import { runSlow } from "../provide/run.ts";

/** Compiles the packages named by the arguments, at low priority, because it uses every core for minutes. */
export type Compile = (
  what: string,
  cwd: string,
  args: readonly string[],
  env?: Record<string, string>,
) => Promise<void>;

/** From pinned modules, the same bytes wherever it is done. */
export function goBuild({ progress }: ProvideOptions): Compile {
  return (what, cwd, args, env = {}) =>
    runSlow(
      what,
      ["nice", "-n", "15", "go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false", ...args],
      {
        cwd,
        env: { GOFLAGS: "", CGO_ENABLED: "1", ...env },
        progress,
        hint: "The Go module proxy must be reachable, and a C compiler installed.",
      },
    );
}
