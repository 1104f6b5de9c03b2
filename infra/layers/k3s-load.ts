/** The load layer: one trial's load job on the K3s node of this host, for as long as the trial lasts. */
import { TestbedError } from "../../errors.ts";
import { LoadJob } from "../components/load-job.ts";
import { findLoadImage } from "../images/load.ts";
import { readLoad } from "../load-file.ts";
import { clusterOf, imageOn, runningNode } from "./k3s-cluster.ts";

export async function k3sLoad(trial: string) {
  const { share, workers, deadlineSeconds } = await readLoad(trial);
  const found = await findLoadImage();
  if (found === null) {
    throw new TestbedError("missingPart", "the load image has not been made of these sources", {
      hint: "npx testbed setup --target k3s",
    });
  }
  const node = await runningNode();
  const provider = clusterOf(node);
  const image = imageOn(node, found);
  const job = new LoadJob(
    "load",
    {
      name: `testbed-load-${trial}`,
      image: image.reference,
      imagePullPolicy: "Never",
      workers,
      share,
      deadlineSeconds,
    },
    { providers: [provider] },
  );
  return { namespace: job.namespace };
}
