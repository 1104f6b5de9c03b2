/** Builds the same Kubernetes version from the pinned Go module, where only package registries can be reached. */
import { cp, mkdir, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { TestbedError } from "../../../errors/errors.ts";
import type { ProvideOptions } from "../provide/cache.ts";
import { airgap, commit, kubernetesVersion, module, moduleVersion } from "../provide/pinned-k3s.ts";
import { describe } from "./description.ts";
import { goBuild } from "./go-build.ts";
import { buildPause } from "./pause-image.ts";

/**
 * The server, its containerd shim and the pause image.
 * @param reason why the official release is not taken
 */
export async function build(into: string, reason: string, options: ProvideOptions): Promise<void> {
  const { progress } = options;
  if ((await execa("go", ["version"], { reject: false })).failed) {
    throw new TestbedError(
      "missingPart",
      `the download of K3s cannot be reached (${reason}), and there is no Go to build it`,
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
      hint: "The Go module proxy must be reachable; `go env GOPROXY` shows which one is used.",
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
