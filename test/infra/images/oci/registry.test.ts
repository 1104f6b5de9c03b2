/** The registry client against a server that keeps the distribution specification's rules, and checks what it is sent. */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { layerOf, writeLayout } from "../../../../infra/images/oci/layout.ts";
import {
  credentialsFor,
  digestAt,
  pushLayout,
  referenceAt,
  repositoryOf,
  whyNoRegistry,
} from "../../../../infra/images/oci/registry.ts";

let folder: string;
let layout: string;
let digest: string;
let server: http.Server;
let address: string;
let stored: Map<string, Buffer>;
let asked: string[];
/** Null: everybody is let in. */
let token: string | null;

const sha256 = (content: Buffer) => `sha256:${createHash("sha256").update(content).digest("hex")}`;

const answer: http.RequestListener = async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  const url = new URL(request.url!, address);
  asked.push(`${request.method} ${url.pathname.replace(/sha256:.*/, "")}`);
  const say = (status: number, headers: http.OutgoingHttpHeaders = {}, body = "") =>
    response.writeHead(status, headers).end(body);
  if (url.pathname === "/token") {
    expect(url.searchParams.get("scope")).toBe("repository:team/served:pull,push");
    return say(200, {}, JSON.stringify({ token }));
  }
  if (token !== null && request.headers.authorization !== `Bearer ${token}`) {
    return say(401, { "www-authenticate": `Bearer realm="${address}/token",service="here"` });
  }
  if (request.method === "HEAD") {
    const found = stored.get(url.pathname);
    return found === undefined ? say(404) : say(200, { "docker-content-digest": sha256(found) });
  }
  if (request.method === "POST") return say(202, { location: "/uploads/7?state=x" });
  const place = url.searchParams.get("digest");
  const path = place === null ? url.pathname : `/v2/team/served/blobs/${place}`;
  if (!path.endsWith(sha256(content))) return say(400, {}, '{"errors":[{"code":"DIGEST_INVALID"}]}');
  stored.set(path, content);
  return say(201);
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "testbed-registry-"));
  layout = join(folder, "layout");
  await writeFile(join(folder, "layer.tar"), "not really an archive");
  digest = await writeLayout(layout, {
    name: "testbed.local/served:1",
    pinned: true,
    layers: [await layerOf(join(folder, "layer.tar"))],
    config: { Entrypoint: ["/x"], User: "1:1" },
  });
  stored = new Map();
  asked = [];
  token = null;
  server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const repository = () => repositoryOf(`${address}/team`, "served");

describe("the registry client", () => {
  it("sends every blob and then the manifest, under the digests that they had", async () => {
    expect(await digestAt(repository(), digest)).toBeNull();
    expect(await pushLayout(repository(), layout, digest)).toBeGreaterThan("not really an archive".length);
    expect(stored.size).toBe(3);
    expect(asked.at(-1)).toBe("PUT /v2/team/served/manifests/");
    expect(await digestAt(repository(), digest)).toBe(digest);
  });

  it("sends nothing that is there already", async () => {
    await pushLayout(repository(), layout, digest);
    expect(await pushLayout(repository(), layout, digest)).toBe(0);
  });

  it("asks for a token once, where it is told to", async () => {
    token = "secret";
    await pushLayout(repository(), layout, digest);
    expect(asked.filter((one) => one === "GET /token")).toHaveLength(1);
    expect(stored.size).toBe(3);
  });

  it("says what the registry said", async () => {
    const wrong = `sha256:${"0".repeat(64)}`;
    await writeFile(
      join(layout, "blobs", "sha256", "0".repeat(64)),
      JSON.stringify({ config: { digest: wrong, size: 1 }, layers: [] }),
    );
    await expect(pushLayout(repository(), layout, wrong)).rejects.toThrow(
      /did not take .* 400 .*DIGEST_INVALID/,
    );
  });

  it("tells a registry from a server that is none, and from nobody", async () => {
    expect(await whyNoRegistry("http://127.0.0.1:1")).toMatch(/ECONNREFUSED/);
    token = "secret";
    expect(await whyNoRegistry(address)).toBeNull();
  });

  it.each([
    ["registry.example/team", "https://registry.example", "team/served", "registry.example/team/served"],
    ["registry.example", "https://registry.example", "served", "registry.example/served"],
    ["localhost:5000", "http://localhost:5000", "served", "localhost:5000/served"],
    ["http://10.0.0.5:5000/a/b", "http://10.0.0.5:5000", "a/b/served", "10.0.0.5:5000/a/b/served"],
  ])("reads %s as a user means it", (given, server, name, reference) => {
    const found = repositoryOf(given, "served");
    expect(found).toEqual({ server, name });
    expect(referenceAt(found, "sha256:1")).toBe(`${reference}@sha256:1`);
  });

  it("takes what docker login has left", async () => {
    const auth = Buffer.from("me:pass:word").toString("base64");
    await writeFile(join(folder, "config.json"), JSON.stringify({ auths: { "registry.example": { auth } } }));
    expect(await credentialsFor("registry.example", folder)).toEqual({ user: "me", password: "pass:word" });
    expect(await credentialsFor("other.example", folder)).toBeNull();
  });
});
