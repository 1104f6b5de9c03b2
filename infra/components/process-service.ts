/** The Pulumi side of `testbed:process:Service`. */
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceInputs, ServiceState } from "../plugin/kinds/process/service.ts";
import { privateFolder } from "../workspace/paths.ts";

/** What a service needs to be said; the rest has a default that suits a program of one's own. */
export interface ProcessServiceArgs {
  /**
   * The program and its words; `{port}` stands for a free port of 127.0.0.1, chosen anew for each start.
   * @example ["node", "server.js", "--port", "{port}"]
   */
  readonly command: readonly string[];
  /** Of its processes and for messages. Default: the resource's name. */
  readonly name?: string;
  /** The folder it is started in. Default: the program's. */
  readonly cwd?: string;
  /** Kept in the stack's state, so nothing secret. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables of the engine's environment that the service is given, by its own names for them; not kept. Default: none. */
  readonly environmentFrom?: Readonly<Record<string, string>>;
  /** The engine's environment is passed on, but for what is Pulumi's and the testbed's own. Default: true. */
  readonly inheritEnvironment?: boolean;
  /** A path that answers 2xx once the service is ready; null: an open port must do. Default: null. */
  readonly readyPath?: string | null;
  /** A request whose answer, judged, shows that the service works. Default: none. */
  readonly probe?: ServiceInputs["probe"];
  /** Default: `.testbed/logs/<name>.log` of the workspace. */
  readonly logFile?: string;
  /** From its start until it is ready, at most; then it is ended, and the end of its log is the error. Default: 60. */
  readonly startTimeoutSeconds?: number;
  /** How long it may finish what is under way when it is told to end. Default: 10. */
  readonly drainSeconds?: number;
  /** Of what is served: with another one it is replaced. Default: empty. */
  readonly contentDigest?: string;
}

/** A service as a managed process of this machine: up when it answers, down with its children. */
export class ProcessService extends pulumi.CustomResource {
  /** `http://127.0.0.1:<port>` */
  declare readonly url: pulumi.Output<string>;
  declare readonly pid: pulumi.Output<number>;
  /** As the system tells it: with the pid it says which process it is. */
  declare readonly startTime: pulumi.Output<string>;
  declare readonly logFile: pulumi.Output<string>;
  declare readonly readySeconds: pulumi.Output<number>;

  constructor(name: string, args: ProcessServiceArgs, options?: pulumi.CustomResourceOptions) {
    const outputs: Record<Exclude<keyof ServiceState, keyof ServiceInputs>, undefined> = {
      pid: undefined,
      startTime: undefined,
      token: undefined,
      port: undefined,
      url: undefined,
      readySeconds: undefined,
    };
    super("testbed:process:Service", name, { ...defaults(name), ...args, ...outputs }, options);
  }
}

function defaults(name: string): Omit<ServiceInputs, "command"> {
  return {
    name,
    cwd: process.cwd(),
    environment: {},
    environmentFrom: {},
    inheritEnvironment: true,
    readyPath: null,
    probe: null,
    logFile: join(privateFolder, "logs", `${name}.log`),
    startTimeoutSeconds: 60,
    drainSeconds: 10,
    contentDigest: "",
  };
}
