/** The pinned version of K3s, and the cache folder of each way to provide it. */
import { fileURLToPath } from "node:url";

/** Of Kubernetes; both ways give it. */
export const kubernetesVersion = "v1.34.1";
export const release = `${kubernetesVersion}+k3s1`;
export const module = "github.com/k3s-io/k3s";
export const moduleVersion = "v1.33.0-rc1.0.20251111204923-8215b940e3eb";
export const commit = moduleVersion.slice(-12, -4);
/** The Go module that pins what is built. */
export const airgap = fileURLToPath(new URL("../../airgap/k3s/", import.meta.url));

export function k3sCacheKeys() {
  return { official: `k3s-${release}-release`, built: `k3s-${kubernetesVersion}-${commit}-go` } as const;
}
