import { z } from "zod";
import type { Kind } from "./kind.ts";
import { labels, labelsOf } from "./labels.ts";
import { removed } from "./volume.ts";

const texts = z.array(z.string()).default([]);

const inputs = z.strictObject({
  name: z.string(),
  image: z.string(),
  hostname: z.string().optional(),
  entrypoints: texts,
  command: texts,
  envs: texts,
  labels,
  privileged: z.boolean().default(false),
  capabilities: z.strictObject({ adds: texts, drops: texts }).optional(),
  securityOpts: texts,
  cgroupnsMode: z.enum(["private", "host"]).optional(),
  devices: z
    .array(z.strictObject({ hostPath: z.string(), containerPath: z.string().optional() }))
    .default([]),
  tmpfs: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.strictObject({ volumeName: z.string(), containerPath: z.string() })).default([]),
  ports: z
    .array(
      z.strictObject({
        internal: z.number(),
        external: z.number().optional(),
        ip: z.string().default("0.0.0.0"),
        protocol: z.enum(["tcp", "udp"]).default("tcp"),
      }),
    )
    .default([]),
  networksAdvanced: z
    .array(z.strictObject({ name: z.string(), ipv4Address: z.string().optional() }))
    .max(1, "the stand-in supports one network only")
    .default([]),
  restart: z.literal("no").default("no"),
  /** Whether one that has ended is gone. */
  mustRun: z.boolean().default(true),
});
type Inputs = z.infer<typeof inputs>;

export const container: Kind<Inputs> = {
  inputs,

  async create(asked, engine) {
    const { Id: id } = await engine.ask("POST", `/containers/create?name=${asked.name}`, bodyOf(asked));
    try {
      await engine.ask("POST", `/containers/${id}/start`);
      const outputs = await container.read(id, asked, engine);
      if (outputs === null) throw new Error(`the container ${asked.name} ended immediately`);
      return { id, outputs };
    } catch (error) {
      await container.remove(id, asked, engine);
      throw error;
    }
  },

  async read(id, { mustRun, ports }, engine) {
    const found = await engine.find(`/containers/${id}/json`);
    if (found === null || (mustRun && !found.State.Running)) return null;
    const bound = found.NetworkSettings.Ports ?? {};
    return {
      hostname: found.Config.Hostname,
      ports: ports.map((port) => ({
        ...port,
        external: Number(bound[`${port.internal}/${port.protocol}`]?.[0]?.HostPort ?? port.external ?? 0),
      })),
    };
  },

  remove: (id, _, engine) => removed(engine, `/containers/${id}?force=true&v=true`),
};

function bodyOf(asked: Inputs): object {
  const [network] = asked.networksAdvanced;
  return {
    Image: asked.image,
    Hostname: asked.hostname,
    ...(asked.entrypoints.length === 0 ? {} : { Entrypoint: asked.entrypoints }),
    ...(asked.command.length === 0 ? {} : { Cmd: asked.command }),
    Env: asked.envs,
    Labels: labelsOf(asked.labels),
    ExposedPorts: Object.fromEntries(
      asked.ports.map(({ internal, protocol }) => [`${internal}/${protocol}`, {}]),
    ),
    HostConfig: {
      Privileged: asked.privileged,
      CapAdd: asked.capabilities?.adds,
      CapDrop: asked.capabilities?.drops,
      SecurityOpt: asked.securityOpts,
      CgroupnsMode: asked.cgroupnsMode,
      Devices: asked.devices.map(({ hostPath, containerPath = hostPath }) => ({
        PathOnHost: hostPath,
        PathInContainer: containerPath,
        CgroupPermissions: "rwm",
      })),
      Tmpfs: asked.tmpfs,
      Binds: asked.volumes.map(({ volumeName, containerPath }) => `${volumeName}:${containerPath}`),
      PortBindings: Object.fromEntries(
        asked.ports.map(({ internal, external, ip, protocol }) => [
          `${internal}/${protocol}`,
          [{ HostIp: ip, HostPort: external === undefined ? "" : String(external) }],
        ]),
      ),
      NetworkMode: network?.name,
      RestartPolicy: { Name: asked.restart },
    },
    ...(network === undefined
      ? {}
      : {
          NetworkingConfig: {
            EndpointsConfig: { [network.name]: { IPAMConfig: { IPv4Address: network.ipv4Address } } },
          },
        }),
  };
}
