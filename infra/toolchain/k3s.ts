/**
 * The pinned K3s: the official release, checked against its published checksum, or the same Kubernetes version built
 * from the pinned Go module. The release carries a container runtime and network plugins of its own; the build takes
 * them from Debian packages.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { z } from "zod";
import { TestbedError } from "../../errors.ts";
import { writeLayer, writeLayout } from "../images/layout.ts";
import { cachedPath, noteUse, type ProvideOptions, provideOnce } from "./cache.ts";
import { unpackDebianPackages } from "./debian.ts";
import type { DoctorLine, Part } from "./part.ts";
import { whyUnreachable } from "./reach.ts";
import { runSlow } from "./run.ts";
import { verifiedDownload } from "./verified-download.ts";

/** Of Kubernetes; both ways give it. */
export const kubernetesVersion = "v1.34.1";
const release = `${kubernetesVersion}+k3s1`;
const module = "github.com/k3s-io/k3s";
const moduleVersion = "v1.33.0-rc1.0.20251111204923-8215b940e3eb";
const commit = moduleVersion.slice(-12, -4);
const airgap = fileURLToPath(new URL("../airgap/k3s/", import.meta.url));
const publisher = "https://github.com/k3s-io/k3s/releases/download";
/** Runtime, network plugins and packet filter of a node, where the release does not bring them. */
const nodePackages = [
  "runc",
  "containernetworking-plugins",
  "iptables",
  "libip4tc2",
  "libip6tc2",
  "libxtables12",
  "libnftnl11",
  "libmnl0",
  "libnfnetlink0",
  "libnetfilter-conntrack3",
] as const;
const networkPlugins = ["bridge", "host-local", "loopback", "portmap", "firewall"] as const;

/** What a node needs to start. */
export interface K3s {
  readonly parts: readonly Part[];
  /** The multi-call binary. */
  readonly binary: string;
  /** Its folder, with `kubectl` and `ctr` beside it. */
  readonly tools: string;
  /** A tree laid over the node's root; null where the release brings everything. */
  readonly overlay: string | null;
  /** Archive of the pause image; null where the node pulls it. */
  readonly pauseArchive: string | null;
  readonly pauseImage: string | null;
}

/** @param options.releases where releases are published, for mirrors and tests */
export async function provideK3s(options: ProvideOptions & { readonly releases?: string }): Promise<K3s> {
  const before = await findK3s(options.root);
  const { official, built } = k3sCacheKeys();
  if (before !== null) {
    await noteUse(before.binary.includes(official) ? official : built, options.root);
    return before;
  }
  const { releases = process.env.TESTBED_K3S_RELEASES ?? publisher } = options;
  const base = `${releases}/${encodeURIComponent(release)}`;
  const unreachable = await whyUnreachable(`${base}/${releaseFiles().checksums}`);
  return described(
    unreachable === null
      ? await provideOnce(official, (into) => download(into, base, options), options)
      : await provideOnce(built, (into) => build(into, unreachable, options), options),
  );
}

/** What `provideK3s` provided before; null where it has not. */
export async function findK3s(root?: string): Promise<K3s | null> {
  const found = Object.values(k3sCacheKeys())
    .map((key) => cachedPath(key, root))
    .find((path) => existsSync(path));
  return found === undefined ? null : described(found);
}

export function k3sCacheKeys() {
  return { official: `k3s-${release}-release`, built: `k3s-${kubernetesVersion}-${commit}-go` } as const;
}

/** Without building anything. */
export function doctorK3s(root?: string): DoctorLine {
  const found = Object.values(k3sCacheKeys()).find((key) => existsSync(cachedPath(key, root)));
  return {
    part: "k3s",
    found: found !== undefined,
    version: kubernetesVersion,
    origin:
      found === undefined ? "" : `${found.endsWith("-go") ? "go modules" : "official download"}, cached`,
    advice:
      found === undefined ? "Only needed for the k3s target; `npx testbed up k3s.node` provides it." : "",
  };
}

const description = z.strictObject({
  parts: z.array(
    z.strictObject({
      part: z.string(),
      version: z.string(),
      origin: z.string(),
      path: z.string(),
      note: z.string(),
    }),
  ),
  binary: z.string(),
  overlay: z.boolean(),
  pauseImage: z.string().nullable(),
});

async function described(directory: string): Promise<K3s> {
  const found = description.parse(JSON.parse(await readFile(join(directory, "k3s.json"), "utf8")));
  const tools = join(directory, "bin");
  return {
    parts: found.parts.map((part) => ({ ...part, path: join(directory, part.path) })),
    binary: join(tools, found.binary),
    tools,
    overlay: found.overlay ? join(directory, "overlay") : null,
    pauseArchive: found.pauseImage === null ? null : join(directory, "pause.tar"),
    pauseImage: found.pauseImage,
  };
}

async function describe(directory: string, found: z.infer<typeof description>): Promise<void> {
  await writeFile(join(directory, "k3s.json"), JSON.stringify(found));
}

function releaseFiles() {
  return process.arch === "arm64"
    ? { binary: "k3s-arm64", checksums: "sha256sum-arm64.txt" }
    : { binary: "k3s", checksums: "sha256sum-amd64.txt" };
}

async function download(into: string, base: string, { progress }: ProvideOptions): Promise<void> {
  const { binary, checksums } = releaseFiles();
  const what = `K3s ${release}`;
  progress(`downloading ${what}`);
  const content = await verifiedDownload({
    what,
    url: `${base}/${binary}`,
    checksumsUrl: `${base}/${checksums}`,
  });
  await mkdir(join(into, "bin"));
  await writeFile(join(into, "bin", "k3s"), content, { mode: 0o755 });
  for (const name of ["kubectl", "ctr", "crictl"]) await symlink("k3s", join(into, "bin", name));
  await describe(into, {
    parts: [
      {
        part: "k3s",
        version: release,
        origin: "official download",
        path: "bin/k3s",
        note: "checked against the checksum published with the release",
      },
    ],
    binary: "k3s",
    overlay: false,
    pauseImage: null,
  });
}

async function build(into: string, reason: string, options: ProvideOptions): Promise<void> {
  const { progress } = options;
  if ((await execa("go", ["version"], { reject: false })).failed) {
    throw new TestbedError(
      "missingPart",
      `the download of K3s is out of reach (${reason}), and there is no Go to build it`,
      { hint: "Install Go 1.24 or later and a C compiler, and put them on PATH." },
    );
  }
  await mkdir(join(into, "bin"));
  const version = `${kubernetesVersion}+k3s-${commit}`;
  const source = await copySource(into, progress);
  const compile = goBuild(options);
  const server = [
    "-tags",
    "ctrd netcgo osusergo providerless urfave_cli_no_docs sqlite_omit_load_extension",
    "-ldflags",
    [
      "-w -s",
      `-X ${module}/pkg/version.Version=${version}`,
      `-X ${module}/pkg/version.GitCommit=${commit}`,
      `-X ${module}/pkg/version.UpstreamGolang=${(await execa("go", ["env", "GOVERSION"])).stdout}`,
      `-X k8s.io/component-base/version.gitVersion=${version}`,
      `-X k8s.io/client-go/pkg/version.gitVersion=${version}`,
    ].join(" "),
  ];
  await compile("building K3s from Go modules (8-16 minutes, once)", source, [
    ...server,
    "-o",
    join(into, "bin", "k3s-server"),
    "./cmd/server",
  ]);
  await compile("building its containerd shim", source, [
    "-ldflags",
    "-w -s",
    "-o",
    join(into, "bin", "containerd-shim-runc-v2"),
    "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
  ]);
  for (const name of ["kubectl", "ctr", "crictl", "containerd"]) {
    await symlink("k3s-server", join(into, "bin", name));
  }
  const pauseImage = await buildPause(into, compile);
  const packages = await unpackDebianPackages(nodePackages, join(into, "overlay"), options);
  await arrangeOverlay(join(into, "overlay"));
  await rm(source, { recursive: true });
  const note = `the official download was out of reach (${reason})`;
  await describe(into, {
    parts: [
      { part: "k3s", version, origin: "go modules", path: "bin/k3s-server", note },
      {
        part: "pause image",
        version: pauseImage.split(":").at(-1)!,
        origin: "made here",
        path: "pause.tar",
        note: "",
      },
      ...["runc", "containernetworking-plugins", "iptables"].map((part) => ({
        part,
        version: packages[part]!,
        origin: "Debian package",
        path: "overlay",
        note: "",
      })),
    ],
    binary: "k3s-server",
    overlay: true,
    pauseImage,
  });
}

/** A writable copy of the module, because the manifests that the server embeds must be put where it embeds them from. */
async function copySource(into: string, progress: (line: string) => void): Promise<string> {
  progress(`fetching ${module} ${moduleVersion}`);
  // The public checksum database does not know this version; go.sum beside go.mod pins its content.
  const fetched = await execa("go", ["mod", "download", "-json", `${module}@${moduleVersion}`], {
    cwd: airgap,
    env: { GOFLAGS: "-mod=readonly" },
    reject: false,
  });
  if (fetched.failed) {
    throw new TestbedError("missingPart", `the Go module of K3s could not be fetched`, {
      problems: [
        { path: module, expected: moduleVersion, got: fetched.stderr.trim().split("\n").at(-1) ?? "" },
      ],
      hint: "The Go module proxy must answer; `go env GOPROXY` shows which one is used.",
    });
  }
  const source = join(into, "source");
  await cp(z.object({ Dir: z.string() }).parse(JSON.parse(fetched.stdout)).Dir, source, { recursive: true });
  await execa("chmod", ["-R", "u+w", source]);
  const manifests = join(source, "manifests");
  for (const name of await readdir(manifests)) {
    if (name.endsWith(".yaml")) await cp(join(manifests, name), join(source, "pkg", "deploy", "embed", name));
  }
  return source;
}

type Compile = (
  what: string,
  cwd: string,
  args: readonly string[],
  env?: Record<string, string>,
) => Promise<void>;

function goBuild({ progress }: ProvideOptions): Compile {
  return (what, cwd, args, env = {}) =>
    runSlow(
      what,
      ["nice", "-n", "15", "go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false", ...args],
      {
        cwd,
        env: { GOFLAGS: "", CGO_ENABLED: "1", ...env },
        progress,
        hint: "The Go module proxy must answer, and a C compiler must be there.",
      },
    );
}

/** @returns the image's name */
async function buildPause(into: string, compile: Compile): Promise<string> {
  const root = join(into, "pause");
  await mkdir(root);
  await compile(
    "building the pause image",
    airgap,
    ["-ldflags", "-w -s", "-o", join(root, "pause"), "./pause"],
    {
      CGO_ENABLED: "0",
    },
  );
  await chmod(join(root, "pause"), 0o755);
  const digest = createHash("sha256")
    .update(await readFile(join(root, "pause")))
    .digest("hex");
  const name = `testbed.local/pause:${digest.slice(0, 12)}`;
  const layer = await writeLayer(join(into, "pause.layer"), { directory: root, prefix: "" });
  const layout = join(into, "pause-layout");
  await writeLayout(layout, {
    name,
    pinned: false,
    layers: [layer],
    config: { Entrypoint: ["/pause"], User: "65535:65535" },
  });
  await execa("tar", ["--create", "--file", join(into, "pause.tar"), "--directory", layout, "."]);
  for (const draft of [layer.path, layout]) await rm(draft, { recursive: true });
  await rm(root, { recursive: true });
  return name;
}

/** Where a node looks for them: packet filter commands by their plain names, network plugins in the standard folder. */
async function arrangeOverlay(overlay: string): Promise<void> {
  for (const command of ["iptables", "ip6tables"]) {
    for (const suffix of ["", "-save", "-restore"]) {
      await symlink(`${command}-nft${suffix}`, join(overlay, "usr", "sbin", `${command}${suffix}`));
    }
  }
  const plugins = join(overlay, "usr", "lib", "cni");
  for (const name of await readdir(plugins)) {
    if (!(networkPlugins as readonly string[]).includes(name)) await rm(join(plugins, name));
  }
  await rm(join(overlay, "usr", "share"), { recursive: true, force: true });
}
