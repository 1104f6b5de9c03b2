/** A load generator as the benchmark runs it: commands that any user would type, against one URL with one body. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  /** `requests` a second, evenly spaced, for so many seconds, open loop where it has one. */
  even(run: Run & { readonly perSecond: number }): Command;
  /** The same mean rate as a Poisson or gamma process, by what the tool offers or its users do; undefined: nothing. */
  law?(
    run: Run & { readonly perSecond: number; readonly cv: number; readonly workers: number },
  ): Command | undefined;
  /** Worker counts to run `law` with; one where it has no such notion. */
  readonly workers?: readonly number[];
  /** As fast as 64 connections allow, each waiting for its answer. */
  fastest(run: Run): Command;
  /** Its own latency figures, out of what the command printed or wrote. */
  latency(stdout: string, directory: string): Promise<{ p50Ms: number; p99Ms: number } | undefined>;
  /** What the tool's own record of its sends says of its lateness; the receiver's clock adds the receiver's. */
  ownLateness?(stdout: string): string;
  /** The same of the arrival law. */
  ownSends?(stdout: string): string;
  /** Exit codes other than 0 that leave a run as good as any. */
  readonly harmlessExits?: readonly number[];
  /** What a reader must know of these figures. */
  readonly note: string;
}

export interface Run {
  readonly url: string;
  readonly seconds: number;
  /** Scratch folder of this run. */
  readonly directory: string;
}

export interface Command {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Files that the command reads, by name in its folder. */
  readonly files?: Readonly<Record<string, string>>;
}

export const body = '{"texts":["Fine."]}';
export const connections = 64;
