/** The load layer: one trial's load job on a cluster, for as long as the trial lasts. */
import { TestbedError } from "../../errors/errors.ts";
import { LoadJob } from "../components/load-job.ts";
import { findLoadImage } from "../images/load.ts";
import { readLoad } from "../workspace/load-file.ts";
import { platformOf } from "./platform.ts";

export async function k3sLoad(target: string, trial: string) {
  const { share, workers, deadlineSeconds } = await readLoad(trial);
  const found = await findLoadImage();
  if (found === null) {
    throw new TestbedError("missingPart", "the load image was not built from these sources", {
      hint: `npx testbed setup --target ${target}`,
    });
  }
  const platform = await platformOf(target);
  const job = new LoadJob(
    "load",
    {
      name: `testbed-load-${trial}`,
      image: platform.image(found),
      imagePullPolicy: platform.imagePullPolicy,
      workers,
      share,
      deadlineSeconds,
      podNetwork: platform.podNetwork,
    },
    { providers: [platform.provider] },
  );
  return { namespace: job.namespace };
}
