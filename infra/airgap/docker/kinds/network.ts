import { z } from "zod";
import type { Kind } from "./kind.ts";
import { labels, labelsOf } from "./labels.ts";
import { removed } from "./volume.ts";

const inputs = z.strictObject({
  name: z.string(),
  labels,
  driver: z.literal("bridge").default("bridge"),
  ipamConfigs: z
    .array(z.strictObject({ subnet: z.string().optional(), gateway: z.string().optional() }))
    .default([]),
});

export const network: Kind<z.infer<typeof inputs>> = {
  inputs,
  async create({ name, labels, driver, ipamConfigs }, engine) {
    const { Id: id } = await engine.ask("POST", "/networks/create", {
      Name: name,
      // Two networks may have one name otherwise.
      CheckDuplicate: true,
      Driver: driver,
      Labels: labelsOf(labels),
      IPAM: { Config: ipamConfigs.map(({ subnet, gateway }) => ({ Subnet: subnet, Gateway: gateway })) },
    });
    return { id, outputs: {} };
  },
  async read(id, _, engine) {
    return (await engine.find(`/networks/${id}`)) === null ? null : {};
  },
  remove: (id, _, engine) => removed(engine, `/networks/${id}`),
};
