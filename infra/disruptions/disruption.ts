/**
 * A disruption: a fault that is injected into a service under load, and then undone.
 *
 * What will be touched is chosen first and written down as data, so that a runner that is killed in the middle leaves
 * enough behind for `testbed down` to undo it. Acting comes after, and checks again that what it touches is ours.
 */
import { z } from "zod";
import type { Random } from "../../workloads/random/random.ts";
import type { PathMeans } from "./path-condition.ts";
import type {
  ClusterService,
  DeploymentService,
  K3sDockerService,
  K3sService,
  ProcessService,
} from "./service-under-test.ts";

/** What may be disrupted, by target. */
export interface DisruptableServices {
  readonly process: ProcessService;
  readonly k3s: K3sService;
  readonly "k3s-docker": K3sDockerService;
  readonly cluster: ClusterService;
}
export type DisruptableTarget = keyof DisruptableServices;
export type AnyService = DisruptableServices[DisruptableTarget];

/** What every subject says of itself; each disruption adds what its act needs. */
export const subjectBase = z.strictObject({
  /** What is touched, for a person: "worker 4711", "pod serving-x (uid)". */
  subject: z.string(),
  /** How: "SIGKILL", "packet rules", "API: delete pod" ... */
  mechanism: z.string(),
});
export type SubjectBase = z.infer<typeof subjectBase>;

export interface Chosen<Service> {
  readonly service: Service;
  // biome-ignore lint/suspicious/noExplicitAny: each disruption's own, parsed by its `settings`.
  readonly settings: any;
  readonly random: Random;
  /** Of the disruption's `route`, where it has one. */
  readonly route: RouteHandle | null;
}

// biome-ignore lint/suspicious/noExplicitAny: the record cannot know each one's subject; `subject` parses it.
export interface Disruption<Subject extends SubjectBase = any> {
  /** What it does, as one line for `testbed list`. */
  readonly description: string;
  /** How it is undone, or that nothing is. */
  readonly undoing: string;
  /** Its own settings, strict, each with a default. */
  readonly settings: z.ZodType;
  /** Of what is written down before the act. */
  readonly subject: z.ZodType<Subject>;
  /** How its subject is chosen, on each target that it is declared for. Nothing is touched yet. */
  readonly on: {
    readonly [Target in DisruptableTarget]?: (
      chosen: Chosen<DisruptableServices[Target]>,
    ) => Promise<Subject>;
  };
  /** How long it lasts until it is undone, seconds; 0 where the act is all. */
  lastsSeconds(settings: unknown): number;
  /** @throws Error where the subject is no longer what was chosen; then nothing was touched */
  inject(subject: Subject): Promise<void>;
  /**
   * Idempotent, and from what was written down alone.
   * @returns false where there was nothing to undo
   */
  undo(subject: Subject): Promise<boolean>;
  /** What stands between load and service for the whole trial, where the fault is in the path. */
  readonly route?: (url: string) => Promise<Route>;
  /** Taking the service down undoes it: nothing is left for `testbed down`. */
  readonly endsWithService?: true;
  /** Of a pod that stays: the kubelet remembers it, and what comes next is asked of a new deployment. */
  readonly endsContainers?: true;
  /** Of the service: a server with child processes that serve. */
  readonly needsWorkers?: true;
  /** Nodes that the target must have; one where it is left out. */
  readonly leastNodes?: number;
  /** Touches nothing: the service must be the same afterwards, as in any other trial. */
  readonly control?: true;
}

/** Declared for every target that is a cluster: it goes through the API alone. */
export function onEveryCluster<Subject>(choose: (chosen: Chosen<DeploymentService>) => Promise<Subject>) {
  return { k3s: choose, "k3s-docker": choose, cluster: choose };
}

export interface RouteHandle {
  readonly pid: number;
  readonly startTime: string;
  /** Loopback port on which it takes orders. */
  readonly controlPort: number;
  readonly means: PathMeans;
}

export interface Route {
  /** For the load, in place of the service's own. */
  readonly url: string;
  readonly handle: RouteHandle;
  end(): Promise<void>;
}
