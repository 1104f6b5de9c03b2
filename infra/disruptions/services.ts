/** The service under test as a disruption may know it: what belongs to it, and by which marks that is proved. */
import type { ProcessId } from "../plugin/process.ts";

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
  /** Its main process is a supervisor that starts the server again. */
  readonly supervised: boolean;
}

/** A deployment behind a service on the K3s node of this host. */
export interface K3sService {
  readonly target: "k3s";
  readonly name: string;
  readonly namespace: string;
  /** File of the node's credentials, in the checkout's private folder. */
  readonly kubeconfig: string;
  readonly origin: string;
  readonly replicas: number;
}
