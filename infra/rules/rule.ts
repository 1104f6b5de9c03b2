/** A rule about every resource graph of this project, as a pure function: tests run it on any list of resources. */

export interface GraphResource {
  /** Pulumi type, for example `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs are as free as the resources that they describe.
  readonly inputs: any;
}

export interface Rule {
  /** As a sentence that a violation contradicts. */
  readonly says: string;
  /** @returns what is wrong with which resource; empty where the rule holds */
  violations(graph: readonly GraphResource[]): readonly Violation[];
}

export interface Violation {
  readonly resource: string;
  readonly got: string;
}

export interface Workload {
  readonly resource: GraphResource;
  // biome-ignore lint/suspicious/noExplicitAny: a pod's spec.
  readonly pod: any;
  // biome-ignore lint/suspicious/noExplicitAny: its labels.
  readonly labels: any;
  readonly annotations: Readonly<Record<string, string>>;
}

export function ofType(graph: readonly GraphResource[], type: string): readonly GraphResource[] {
  return graph.filter((resource) => resource.type === type);
}

export const podType = "kubernetes:core/v1:Pod";
export const cronJobType = "kubernetes:batch/v1:CronJob";

/** Everything that makes pods, and a pod that nothing makes. */
export function workloads(graph: readonly GraphResource[]): readonly Workload[] {
  return graph.flatMap((resource) => {
    const template = templateOf(resource);
    if (template?.spec?.containers === undefined) return [];
    const { labels = {}, annotations = {} } = template.metadata ?? {};
    return [{ resource, pod: template.spec, labels, annotations }];
  });
}

function templateOf({ type, inputs }: GraphResource) {
  if (type === podType) return inputs;
  return type === cronJobType ? inputs?.spec?.jobTemplate?.spec?.template : inputs?.spec?.template;
}

/** A rule on each container of each workload: `problem` says what is wrong with one, or null. */
export function everyContainer(
  says: string,
  // biome-ignore lint/suspicious/noExplicitAny: a container's and a pod's spec.
  problem: (container: any, pod: any, workload: Workload) => string | null,
): Rule {
  return {
    says,
    violations: (graph) =>
      workloads(graph).flatMap((workload) =>
        [...(workload.pod.initContainers ?? []), ...workload.pod.containers].flatMap((container) => {
          const { resource, pod } = workload;
          const got = problem(container, pod, workload);
          return got === null ? [] : [{ resource: resource.name, got: `${container.name}: ${got}` }];
        }),
      ),
  };
}
