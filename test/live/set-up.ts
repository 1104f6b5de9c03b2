/**
 * `npm run test:set-up`: makes what the live tiers need before they need it, so that it can be made beside tests that do
 * without: Pulumi, the Python environment, the tiny model, K3s and the images of the clusters. Says what cannot be made
 * here; that is no failure, since the tier that needs it then says so and skips.
 */
import { messageOf, TestbedError } from "../../errors/errors.ts";
import { provideNodeImage } from "../../infra/images/k3s-node.ts";
import { builtInService } from "../../infra/services/index.ts";
import { provideForCluster } from "../../infra/targets/kubernetes/cluster-parts.ts";
import { provideK3s } from "../../infra/toolchain/k3s/k3s.ts";
import { setUp } from "../../study/session/setup.ts";

process.env.TESTBED_AIRGAP ??= "1";
const progress = (line: string) => console.log(line);
const quiet = { say: progress, live: () => {}, end: () => {} };

const { toolchain, model } = await setUp({ model: "tiny" }, quiet);
try {
  if (process.platform !== "linux") throw new TestbedError("missingPart", "K3s runs on Linux only", {});
  const k3s = await provideK3s({ progress });
  await provideNodeImage(k3s, { progress });
  await provideForCluster(
    { toolchain, service: builtInService(), model, variants: ["onnx-int8"], progress },
    k3s.parts,
  );
} catch (error) {
  if (!(error instanceof TestbedError) || error.kind !== "missingPart") throw error;
  console.log(`no nodes here: ${messageOf(error)}`);
}
