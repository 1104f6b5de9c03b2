import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { originOf, sameServer } from "../../../infra/docker/node-address.ts";

describe("a node in a container", () => {
  const ports = { "30080": 49_153 };

  it("is asked at its own address where this machine reaches that, else at its published port", () => {
    expect(originOf({ address: "172.20.0.10", ports }, 30_080)).toBe("http://172.20.0.10:30080");
    expect(originOf({ address: null, ports }, 30_080)).toBe("http://127.0.0.1:49153");
    // A node that an earlier version of the testbed has brought up.
    expect(originOf({ ports }, 30_080)).toBe("http://127.0.0.1:49153");
  });

  it("is not taken for reachable because something else answers at its address", async () => {
    const other = createServer((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end("this is no node\r\n"),
    );
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const at = { host: "127.0.0.1", port };
    expect(await sameServer(at, at)).toBe(false);
    await new Promise((resolve) => other.close(resolve));
    expect(await sameServer(at, at)).toBe(false);
  });
});
