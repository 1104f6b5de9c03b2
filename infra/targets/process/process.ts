import { z } from "zod";
import { readQuota } from "../../../workloads/samples/cpu-quota.ts";
import { openStacks } from "../../engine/stacks.ts";
import { isAlive } from "../../host/process.ts";
import { stackName } from "../../layers/address.ts";
import { secretsOfService } from "../../services/definition/service.ts";
import { processPlacement } from "../../services/placement.ts";
import type { Target } from "../target.ts";
import { processUnderTest } from "./process-under-test.ts";

const outputs = z.object({
  url: z.string(),
  pid: z.number(),
  startTime: z.string(),
  logFile: z.string(),
  readySeconds: z.number(),
});

/** The default target: no root, no Docker, no cluster. */
export const processTarget: Target = {
  description: "a managed process of this machine, on the loopback address",
  overheadSeconds: { perDeployment: 15, perLoadJob: 0 },
  ...processPlacement,
  notes: () => [
    "Generator and service share this machine's cores; the generator's share is in the table of the generator's health.",
  ],
  open({ toolchain, service, model, stages = false }) {
    const stacks = openStacks(toolchain);
    const nameOf = (variant: string) =>
      stackName({ layer: "serving", target: "process", service: service.spec.name, variant });
    return {
      async up(variant, { signal }) {
        const result = await stacks.up(nameOf(variant), {
          ...{ signal, secrets: secretsOfService(service.spec) },
          config: { model, stages },
        });
        const { url, pid, startTime, logFile, readySeconds } = outputs.parse(result.outputs);
        return {
          url: `${url}${service.spec.ask.path}`,
          logFile,
          readySeconds,
          identity: `${pid}@${startTime}`,
        };
      },
      async down(variant) {
        await stacks.destroy(nameOf(variant));
      },
      async alive({ identity }) {
        const [pid, startTime] = identity.split("@");
        return isAlive({ pid: Number(pid), startTime: startTime ?? "" });
      },
      async quotas({ identity }) {
        const quota = readQuota(identity.split("@")[0]);
        return quota === null ? null : [quota];
      },
      underTest: async (endpoint) => processUnderTest(endpoint, service),
    };
  },
};
