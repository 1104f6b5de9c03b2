/** The node layer: a K3s node on this host, on which variants are served. */
import { join } from "node:path";
import { TestbedError } from "../../errors/errors.ts";
import { K3sNode } from "../components/k3s-node.ts";
import { findK3s } from "../toolchain/k3s/k3s.ts";
import { privateFolder } from "../workspace/paths.ts";

export const nodeName = "testbed";

export async function hostNode(stack: string) {
  const k3s = await findK3s();
  if (k3s === null) {
    throw new TestbedError("missingPart", "the target k3s is not set up", {
      hint: "npx testbed setup --target k3s",
    });
  }
  const node = new K3sNode("node", {
    name: stack,
    nodeName,
    version: k3s.parts[0]!.version,
    binary: k3s.binary,
    tools: k3s.tools,
    overlay: k3s.overlay,
    pauseArchive: k3s.pauseArchive,
    pauseImage: k3s.pauseImage,
    stateRoot: join(privateFolder, "k3s"),
    logFile: join(privateFolder, "logs", `${stack}.log`),
    startTimeoutSeconds: 240,
  });
  const { pid, startTime, address, kubeconfig, readySeconds, logFile, tools, version } = node;
  return { pid, startTime, address, kubeconfig, readySeconds, logFile, tools, version, nodeName };
}
