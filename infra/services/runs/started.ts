/** The start of a service as a process of this machine. */
import { isAbsolute, join } from "node:path";
import type { RunSpec } from "../definition/run.ts";

export interface Started {
  /** `{port}` stands for the port. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface StartContext {
  /** Of the service file. */
  readonly folder: string;
  /** Interpreter of the service's own environment; undefined where it has none. */
  readonly python: string | undefined;
}

/** One kind of service that can be a process of this machine. */
export interface Runner<Kind extends RunSpec["kind"]> {
  /** @throws TestbedError where what it needs is not there */
  started(run: Extract<RunSpec, { kind: Kind }>, context: StartContext): Promise<Started>;
  /** File of Python packages that it needs, absolute; undefined for none. */
  requirements(run: Extract<RunSpec, { kind: Kind }>, folder: string): string | undefined;
}

export function within(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
