/** Official releases from a server of our own: what is published is taken, anything else is not, and nothing stays. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { k3sCacheKeys, kubernetesVersion } from "../../../infra/toolchain/k3s/pinned.ts";
import { provideK3s } from "../../../infra/toolchain/k3s.ts";
import { installOfficialPlugin } from "../../../infra/toolchain/plugins.ts";

const content = Buffer.from("#!/bin/sh\nexit 0\n");
const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const arm = process.arch === "arm64";

let server: Server;
let base = "";
/** Path to body; a path that is not here is not found. */
let published: Record<string, Buffer | string> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    const body = published[decodeURIComponent(request.url ?? "")];
    response.writeHead(body === undefined ? 404 : 200).end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe("the official K3s", () => {
  const folder = `/${kubernetesVersion}+k3s1`;
  const binary = arm ? "k3s-arm64" : "k3s";
  const sums = `${folder}/sha256sum-${arm ? "arm64" : "amd64"}.txt`;
  let root = "";
  const provide = () => provideK3s({ root, progress: () => {}, releases: base });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "cache-"));
    published = {
      [`${folder}/${binary}`]: content,
      [sums]: `${"0".repeat(64)}  k3s-airgap-images.tar\n${digest(content)}  ${binary}\n`,
    };
  });

  it("is taken where it has the published checksum, with its commands beside it, and says so", async () => {
    const { binary: path, tools, overlay, parts } = await provide();
    expect(await readFile(path)).toEqual(content);
    expect((await stat(path)).mode & 0o111).not.toBe(0);
    expect((await readdir(tools)).sort()).toEqual(["crictl", "ctr", "k3s", "kubectl"]);
    expect(overlay).toBeNull();
    expect(parts[0]).toMatchObject({ part: "k3s", origin: "official download", version: folder.slice(1) });
    published = {};
    expect((await provide()).binary).toBe(path);
  });

  it.each([
    ["has another content", () => ({ [`${folder}/${binary}`]: Buffer.from("something else") })],
    ["is not in the list", () => ({ [sums]: `${digest(content)}  another-file\n` })],
  ])("is refused where it %s, and nothing of it is kept", async (_, changed) => {
    published = { ...published, ...changed() };
    await expect(provide()).rejects.toMatchObject({ kind: "missingPart", message: /not what was published/ });
    expect(existsSync(join(root, k3sCacheKeys().official))).toBe(false);
  });

  it("that answers for its checksums and not for itself is an error with the address", async () => {
    delete published[`${folder}/${binary}`];
    await expect(provide()).rejects.toMatchObject({
      message: /could not be downloaded/,
      problems: [{ path: expect.stringContaining(binary), got: "status 404" }],
    });
  });
});

describe("an official plugin", () => {
  const os = process.platform === "darwin" ? "darwin" : "linux";
  const archive = `pulumi-resource-kubernetes-v9.9.9-${os}-${arm ? "arm64" : "amd64"}.tar.gz`;
  const install = async () => {
    const folder = await mkdtemp(join(tmpdir(), "engine-"));
    const engine = join(folder, "pulumi");
    await writeFile(
      engine,
      `#!/bin/sh\necho "$@" >${folder}/asked\nif [ -n "$7" ]; then cat "$7" >${folder}/archive; fi\n`,
    );
    await chmod(engine, 0o755);
    const plugin = { name: "kubernetes", version: "9.9.9", server: base };
    const note = await installOfficialPlugin(engine, { PATH: process.env.PATH! }, plugin, () => {});
    return { folder, note };
  };

  it("is checked against its release's list before the engine gets it", async () => {
    published = {
      [`/v9.9.9/${archive}`]: content,
      "/v9.9.9/pulumi-kubernetes_9.9.9_checksums.txt": `${digest(content)}  ${archive}\n`,
    };
    const { folder, note } = await install();
    expect(note).toMatch(/^checked against/);
    expect(await readFile(join(folder, "archive"))).toEqual(content);
    expect(await readFile(join(folder, "asked"), "utf8")).toMatch(
      /^plugin install resource kubernetes 9\.9\.9 --file /,
    );
  });

  it("of a release without a list is refused, and the engine gets nothing", async () => {
    published = { [`/v9.9.9/${archive}`]: content };
    await expect(install()).rejects.toMatchObject({
      kind: "missingPart",
      problems: [{ path: expect.stringMatching(/checksums\.txt$/), got: "status 404" }],
    });
  });

  it("is refused where it is not what the list says", async () => {
    published = {
      [`/v9.9.9/${archive}`]: content,
      "/v9.9.9/pulumi-kubernetes_9.9.9_checksums.txt": `${"1".repeat(64)}  ${archive}\n`,
    };
    await expect(install()).rejects.toMatchObject({ message: /not what was published/ });
  });
});
