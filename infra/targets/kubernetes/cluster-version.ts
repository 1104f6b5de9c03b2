/** Whether a cluster answers, and its version. */
import { KubeConfig, VersionApi } from "@kubernetes/client-node";
import { messageOf } from "../../../errors/errors.ts";
import { answered } from "./pods/pods.ts";

export async function whyNoCluster(
  kubeconfig: string,
): Promise<{ readonly version: string } | { readonly why: string }> {
  try {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    const { gitVersion } = await answered(config.makeApiClient(VersionApi).getCode());
    return { version: gitVersion };
  } catch (error) {
    return { why: messageOf(error) };
  }
}
