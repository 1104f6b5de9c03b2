/** Official releases from a server of our own: what is published is taken, anything else is not, and nothing stays. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { provideK3s } from "../../../../infra/toolchain/k3s/k3s.ts";
import { digestsOf, everyFile } from "../../../../infra/toolchain/pin.ts";
import { installOfficialPlugin } from "../../../../infra/toolchain/plugins.ts";
import pinned from "../../../../infra/toolchain/provide/digests.json" with { type: "json" };
import { k3sCacheKeys, kubernetesVersion } from "../../../../infra/toolchain/provide/pinned-k3s.ts";
import { pluginRelease } from "../../../../infra/toolchain/provide/published.ts";
import {
  digestKey,
  verifiedDownload,
  whyNotTaken,
} from "../../../../infra/toolchain/provide/verified-download.ts";

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

describe("a download", () => {
  const file = { what: "K3s 9", url: "", checksumsUrl: "" };
  const asked = () => ({ ...file, url: `${base}/v9%2Bk3s1/k3s`, checksumsUrl: `${base}/sums` });
  beforeEach(() => {
    published = { "/v9+k3s1/k3s": content };
  });

  it("with a digest in the repository is taken by it, whatever its publisher says beside it", async () => {
    const digests = { "v9+k3s1/k3s": digest(content) };
    const environment = { TESTBED_PINNED: "1" };
    expect(await verifiedDownload(asked(), { digests, environment })).toMatchObject({
      content,
      note: "checked against its digest in the testbed's repository",
    });
    const changed = Buffer.from("changed, with its list");
    published = { "/v9+k3s1/k3s": changed, "/sums": `${digest(changed)}  k3s\n` };
    await expect(verifiedDownload(asked(), { digests, environment: {} })).rejects.toMatchObject({
      message: /not what was published/,
      problems: [{ expected: digest(content), got: digest(changed) }],
    });
  });

  it("without one is taken by its publisher's list, which the note says, and refused where all must be pinned", async () => {
    published = { ...published, "/sums": `${digest(content)}  k3s\n` };
    const { note } = await verifiedDownload(asked(), { digests: {}, environment: {} });
    expect(note).toMatch(/published with the release: the testbed's repository has no digest of it/);
    await expect(
      verifiedDownload(asked(), { digests: {}, environment: { TESTBED_PINNED: "1" } }),
    ).rejects.toMatchObject({ kind: "missingPart", problems: [{ expected: "a digest of v9+k3s1/k3s" }] });
    // Pulumi and K3s are built from pinned sources then.
    const options = { digests: {}, environment: { TESTBED_PINNED: "1" } };
    expect(await whyNotTaken(asked(), asked().url, options)).toMatch(/^TESTBED_PINNED/);
    expect(await whyNotTaken(asked(), asked().url, { ...options, environment: {} })).toBeNull();
  });

  it("gets its digest from pin:downloads, which tells a changed release and keeps what cannot be had", async () => {
    published = { ...published, "/sums": `${digest(content)}  k3s\n` };
    const said: string[] = [];
    const gone = { ...asked(), url: `${base}/v9/gone` };
    const before = { "v9+k3s1/k3s": "0".repeat(64), "v9/gone": "1".repeat(64) };
    const found = await digestsOf([asked(), gone], before, (line) => said.push(line));
    expect(found).toEqual({ "v9+k3s1/k3s": digest(content), "v9/gone": "1".repeat(64) });
    expect(said[0]).toMatch(/^CHANGED v9\+k3s1\/k3s/);
    expect(said.at(-1)).toMatch(/^not available: v9\/gone: .*could not be downloaded/);
  });

  it("is known by version and name: no two files share a key, and every digest is of a file that is downloaded", () => {
    const keys = everyFile.map(({ url }) => digestKey(url));
    expect(new Set(keys).size).toBe(14);
    expect(keys).toContain(`${kubernetesVersion}+k3s1/k3s-arm64`);
    for (const [key, value] of Object.entries(pinned)) {
      expect(keys).toContain(key);
      expect(value).toMatch(/^[0-9a-f]{64}$/);
    }
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
    const version = { name: "kubernetes", version: "9.9.9" };
    const plugin = { ...version, release: pluginRelease(version, base) };
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
