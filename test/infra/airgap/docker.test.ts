/** The stand-in for the docker plugin against a scripted engine: what it refuses, keeps, replaces and forgets. */
import { describe, expect, it } from "vitest";
import { dockerStandIn } from "../../../infra/airgap/docker/provider.ts";
import type { DockerEngine } from "../../../infra/docker/engine.ts";

const urn = (type: string) => `urn:pulumi:stack::project::testbed:x:Y$${type}::node`;
const containerUrn = urn("docker:index/container:Container");
const networkUrn = urn("docker:index/network:Network");
const nowhere = new Error("the engine was not to be asked");

function scripted(answers: Partial<DockerEngine> = {}): DockerEngine {
  const refuse = async () => Promise.reject(nowhere);
  return { ask: refuse, find: refuse, send: refuse, run: refuse, logs: refuse, ...answers };
}

const running = (isRunning: boolean) => ({
  State: { Running: isRunning },
  Config: { Hostname: "h" },
  NetworkSettings: { Ports: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "32768" }] } },
});

describe("the stand-in for the docker plugin", () => {
  it("refuses a type that it does not know, by name", async () => {
    const provider = dockerStandIn("5.0.0", scripted());
    await expect(provider.check!(urn("docker:index/secret:Secret"), {}, {})).rejects.toThrow(
      /does not support docker:index\/secret:Secret; it supports docker:index\/container:Container/,
    );
  });

  it("refuses a setting that it does not know, instead of leaving it out", async () => {
    const provider = dockerStandIn("5.0.0", scripted());
    const { failures } = await provider.check!(containerUrn, {}, { name: "a", image: "b", gpus: "all" });
    expect(failures).toEqual([{ property: "", reason: expect.stringContaining("gpus") }]);
  });

  it("does not judge what is not known yet", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const provider = dockerStandIn("5.0.0", scripted());
    const { failures = [] } = await provider.check!(
      containerUrn,
      {},
      { name: "a", image: "b", ports: unknown },
    );
    expect(failures).toEqual([]);
  });

  it("makes a name once and keeps it", async () => {
    const provider = dockerStandIn("5.0.0", scripted());
    const first = (await provider.check!(networkUrn, {}, {})).inputs;
    expect(first.name).toMatch(/^node-[0-9a-f]{7}$/);
    expect((await provider.check!(networkUrn, first, {})).inputs.name).toBe(first.name);
  });

  it("makes anew what differs in anything, the old one first", async () => {
    const provider = dockerStandIn("5.0.0", scripted());
    const olds = { name: "a", image: "b", hostname: "seen", __inputs: { name: "a", image: "b" } };
    expect(await provider.diff!("id", containerUrn, olds, { name: "a", image: "b" })).toMatchObject({
      changes: false,
    });
    expect(await provider.diff!("id", containerUrn, olds, { name: "a", image: "c" })).toEqual({
      changes: true,
      replaces: ["image"],
      deleteBeforeReplace: true,
    });
  });

  it("tells the ports that the engine has chosen", async () => {
    const asked: string[] = [];
    const engine = scripted({
      ask: async (method, path) => {
        asked.push(`${method} ${path}`);
        return { Id: "abc" };
      },
      find: async () => running(true),
    });
    const inputs = { name: "a", image: "b", ports: [{ internal: 80, ip: "127.0.0.1" }] };
    const { id, outs } = await dockerStandIn("5.0.0", engine).create!(containerUrn, inputs);
    expect(id).toBe("abc");
    expect(outs.ports).toEqual([{ internal: 80, ip: "127.0.0.1", protocol: "tcp", external: 32768 }]);
    expect(asked).toEqual(["POST /containers/create?name=a", "POST /containers/abc/start"]);
  });

  it("leaves nothing of a container that does not start", async () => {
    const asked: string[] = [];
    const engine = scripted({
      ask: async (method, path) => {
        asked.push(`${method} ${path}`);
        if (path.endsWith("/start")) throw new Error("no such command");
        return { Id: "abc" };
      },
    });
    const create = dockerStandIn("5.0.0", engine).create!(containerUrn, { name: "a", image: "b" });
    await expect(create).rejects.toThrow("no such command");
    expect(asked.at(-1)).toBe("DELETE /containers/abc?force=true&v=true");
  });

  it("calls a container that has ended gone, and removes what is left of it", async () => {
    const removed: string[] = [];
    const engine = scripted({
      find: async () => running(false),
      ask: async (method, path) => removed.push(`${method} ${path}`),
    });
    const state = { name: "a", image: "b", __inputs: { name: "a", image: "b" } };
    const read = await dockerStandIn("5.0.0", engine).read!("abc", containerUrn, state);
    expect(read.id).toBe("");
    expect(removed).toEqual(["DELETE /containers/abc?force=true&v=true"]);
  });
});
