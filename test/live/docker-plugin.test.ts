/**
 * The contract of the docker plugin, with the types that the testbed's programs use: whichever plugin is there, the
 * official one or the stand-in, must pass it on a real engine.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as docker from "@pulumi/docker";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEngine } from "../../infra/docker/engine.ts";
import { provideNodeImage } from "../../infra/images/k3s-node.ts";
import { type DockerImageState, dockerImageKind } from "../../infra/plugin/kinds/docker/docker-image.ts";
import { provideToolchain } from "../../infra/toolchain/index.ts";
import { provideK3s } from "../../infra/toolchain/k3s/k3s.ts";
import { provideDockerPlugin, withStandIn } from "../../infra/toolchain/plugins.ts";
import { findOrStartEngine } from "./docker-engine.ts";

const engine = await findOrStartEngine();
if (engine.missing !== null) console.warn(`skipped: no Docker engine: ${engine.missing}`);
afterAll(engine.end);

const name = `testbed-contract-${process.pid}`;
const progress = { progress: () => {} };

describe.skipIf(engine.missing !== null)("the docker plugin", () => {
  let folder: string;
  let stack: Stack;
  let image: DockerImageState;
  let greeting = "hello";
  let program = async (): Promise<object> => wanted();

  /** What a node is made of, small: a shell on an address of its own, with a port, a volume and a capability. */
  function wanted() {
    const labels = [{ label: "testbed", value: name }];
    const options = { deleteBeforeReplace: true };
    const network = new docker.Network("network", {
      name,
      labels,
      ipamConfigs: [{ subnet: "10.216.9.0/24" }],
    });
    const volume = new docker.Volume("volume", { name, labels });
    const container = new docker.Container(
      "container",
      {
        name,
        labels,
        image: image.imageId,
        hostname: "greeter",
        entrypoints: ["/bin/sh", "-c", 'echo "$GREETING" > /kept/greeting; exec sleep 600'],
        envs: [`GREETING=${greeting}`],
        capabilities: { adds: ["CAP_NET_ADMIN"] },
        securityOpts: ["seccomp=unconfined"],
        cgroupnsMode: "private",
        tmpfs: { "/run": "" },
        volumes: [{ volumeName: volume.name, containerPath: "/kept" }],
        networksAdvanced: [{ name: network.name, ipv4Address: "10.216.9.7" }],
        ports: [{ internal: 80, ip: "127.0.0.1" }],
        restart: "no",
      },
      options,
    );
    return { id: container.id, ports: container.ports };
  }

  const up = () => stack.up({ color: "never" });
  const inspect = () => openEngine().find(`/containers/${name}/json`);
  const changesOf = (summary: { resourceChanges?: Readonly<Record<string, number>> | undefined }) =>
    Object.keys(summary.resourceChanges ?? {}).filter((kind) => kind !== "same");

  beforeAll(async () => {
    // Where the official plugin can be had, it is the one that is tested.
    process.env.TESTBED_AIRGAP ??= "1";
    const toolchain = await provideToolchain(progress);
    const plugin = await provideDockerPlugin(toolchain.pulumi, toolchain.environment, progress);
    console.info(`docker plugin ${plugin.version}: ${plugin.origin}`);
    const { image: made } = await provideNodeImage(await provideK3s(progress), progress);
    image = await dockerImageKind.create(made, new AbortController().signal);
    folder = await mkdtemp(join(tmpdir(), "testbed-contract-"));
    const root = dirname(dirname(toolchain.pulumi));
    stack = await LocalWorkspace.createOrSelectStack(
      {
        stackName: "contract",
        projectName: "docker-contract",
        program: async () => ({ ...(await program()) }),
      },
      {
        workDir: folder,
        envVars: {
          ...withStandIn(toolchain.environment),
          PULUMI_BACKEND_URL: `file://${folder}`,
          PULUMI_CONFIG_PASSPHRASE: "",
        },
        pulumiCommand: await PulumiCommand.get({ root, skipVersionCheck: true }),
      },
    );
  });

  afterAll(async () => {
    await stack?.destroy({ color: "never" });
    if (image !== undefined) await dockerImageKind.remove(image);
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it("makes what is asked, with all that a node needs of it", async () => {
    await up();
    const found = await inspect();
    expect(found.State.Running).toBe(true);
    expect(found.Config).toMatchObject({ Hostname: "greeter", Labels: { testbed: name } });
    expect(found.HostConfig.CapAdd).toEqual(["CAP_NET_ADMIN"]);
    expect(found.HostConfig.SecurityOpt).toEqual(["seccomp=unconfined"]);
    expect(found.HostConfig.CgroupnsMode).toBe("private");
    expect(found.HostConfig.RestartPolicy.Name).toBe("no");
    expect(found.NetworkSettings.Networks[name].IPAddress).toBe("10.216.9.7");
    const [port] = found.NetworkSettings.Ports["80/tcp"];
    expect(port).toMatchObject({ HostIp: "127.0.0.1", HostPort: expect.stringMatching(/^\d+$/) });
    expect(await openEngine().run(name, ["cat", "/kept/greeting"])).toBe("hello\n");
    expect(await openEngine().run(name, ["cat", "/proc/mounts"])).toMatch(/ \/run tmpfs /);
  });

  it("changes nothing when nothing has changed", async () => {
    const before = await inspect();
    expect(changesOf((await up()).summary)).toEqual([]);
    expect((await inspect()).Id).toBe(before.Id);
  });

  it("makes a container anew when one of its settings changes, and keeps the volume", async () => {
    const before = await inspect();
    greeting = "goodbye";
    expect(changesOf((await up()).summary).length).toBeGreaterThan(0);
    const after = await inspect();
    expect(after.Id).not.toBe(before.Id);
    expect(await openEngine().run(name, ["cat", "/kept/greeting"])).toBe("goodbye\n");
  });

  it("sees after a refresh that a container was removed, and makes another", async () => {
    await openEngine().ask("DELETE", `/containers/${name}?force=true`);
    await stack.refresh({ color: "never" });
    await up();
    expect((await inspect()).State.Running).toBe(true);
  });

  it("says why a container could not be made, and leaves none behind", async () => {
    program = async () => {
      wanted();
      new docker.Container("broken", {
        name: `${name}-broken`,
        image: image.imageId,
        entrypoints: ["/nothing"],
      });
      return {};
    };
    await expect(up()).rejects.toThrow(/\/nothing/);
    program = async () => wanted();
    await up();
    expect(await openEngine().find(`/containers/${name}-broken/json`)).toBeNull();
  });

  it("removes everything", async () => {
    await stack.destroy({ color: "never" });
    for (const path of [`/containers/${name}/json`, `/networks/${name}`, `/volumes/${name}`]) {
      expect(await openEngine().find(path)).toBeNull();
    }
  });
});
