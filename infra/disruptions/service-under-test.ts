/** The service under test as disruptions see it: its parts, and the marks that prove that a part belongs to it. */
import type { ProcessId } from "../host/process.ts";

/** A managed process and its descendants. */
export interface ProcessService extends ProcessId {
  readonly target: "process";
  /** Stack and resource. */
  readonly name: string;
  /** In the environment of every process of it. */
  readonly token: string;
  readonly logFile: string;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Answers 2xx while it is ready; undefined where it has no such path. */
  readonly readyPath: string | undefined;
  /** Its main process is a supervisor that starts the server again. */
  readonly supervised: boolean;
}

/** How a cluster's API is reached, as it may be written down: where the credentials are, and never these. */
export interface ClusterAccess {
  /** File. Of a cluster of the testbed's own it is in the checkout's private folder and goes with the cluster. */
  readonly kubeconfig: string;
  /** The context of the user's kubeconfig, by name, and the identity of its cluster; null where the file holds no other. */
  readonly context: { readonly name: string; readonly identity: string } | null;
}

/** A deployment behind a service on a cluster. */
interface Deployed {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: ClusterAccess;
  readonly origin: string;
  readonly replicas: number;
}

/** On the K3s node of this host. */
export interface K3sService extends Deployed {
  readonly target: "k3s";
}

/** On K3s nodes that are containers. */
export interface K3sDockerService extends Deployed {
  readonly target: "k3s-docker";
  /** The server's first, which holds the API; the others are agents. */
  readonly nodes: readonly NodeContainer[];
}

export interface NodeContainer {
  /** As the cluster calls it, and the container itself. */
  readonly name: string;
  /** Id on the engine. */
  readonly container: string;
}

/** On a user's cluster, of which only the API is known. */
export interface ClusterService extends Deployed {
  readonly target: "cluster";
}

export type DeploymentService = K3sService | K3sDockerService | ClusterService;
