/** What must be true of every resource graph of this project, as pure functions: run by tests, on any list of resources. */

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

interface Workload {
  readonly resource: GraphResource;
  // biome-ignore lint/suspicious/noExplicitAny: a pod's spec.
  readonly pod: any;
  // biome-ignore lint/suspicious/noExplicitAny: its labels.
  readonly labels: any;
}

export function ofType(graph: readonly GraphResource[], type: string): readonly GraphResource[] {
  return graph.filter((resource) => resource.type === type);
}

/** Everything that makes pods. */
export function workloads(graph: readonly GraphResource[]): readonly Workload[] {
  return graph
    .filter(({ inputs }) => inputs?.spec?.template?.spec !== undefined)
    .map((resource) => ({
      resource,
      pod: resource.inputs.spec.template.spec,
      labels: resource.inputs.spec.template.metadata?.labels ?? {},
    }));
}

/** A rule on each container of each workload: `problem` says what is wrong with one, or null. */
export function everyContainer(
  says: string,
  // biome-ignore lint/suspicious/noExplicitAny: a container's and a pod's spec.
  problem: (container: any, pod: any, resource: GraphResource) => string | null,
): Rule {
  return {
    says,
    violations: (graph) =>
      workloads(graph).flatMap(({ resource, pod }) =>
        [...(pod.initContainers ?? []), ...pod.containers].flatMap((container) => {
          const got = problem(container, pod, resource);
          return got === null ? [] : [{ resource: resource.name, got: `${container.name}: ${got}` }];
        }),
      ),
  };
}
