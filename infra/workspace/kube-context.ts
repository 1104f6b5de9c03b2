/** One context of a user's kubeconfig, by name. The rest of the file, the current context included, is ignored. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { TestbedError } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import type { SettingsOf } from "./settings-file.ts";

export interface KubeContext {
  /** Text of a kubeconfig with this context and no other. */
  readonly kubeconfig: string;
  /** Tells clusters apart: of the server's address and its authority. */
  readonly identity: string;
  readonly server: string;
}

/** @throws TestbedError where no file names such a context */
export function kubeContext({
  context,
  kubeconfig,
}: Pick<SettingsOf<"cluster">, "context" | "kubeconfig">): KubeContext {
  const files = filesOf(kubeconfig).filter((file) => existsSync(file));
  const all = new KubeConfig();
  try {
    for (const [index, file] of files.entries()) {
      if (index === 0) all.loadFromFile(file);
      else {
        const more = new KubeConfig();
        more.loadFromFile(file);
        all.mergeConfig(more);
      }
    }
  } catch (cause) {
    throw new TestbedError("badInput", "the kubeconfig cannot be read", {
      cause,
      problems: [
        { path: "--kubeconfig", expected: "a kubeconfig", got: `${files.join(", ")}: ${String(cause)}` },
      ],
    });
  }
  const found = all.getContextObject(context);
  const cluster = found === null ? null : all.getCluster(found.cluster);
  const user = found === null ? null : all.getUser(found.user);
  if (found === null || cluster === null || user === null) {
    const known = (all.contexts ?? []).map(({ name }) => name);
    throw new TestbedError("badInput", `no kubeconfig has the context ${context}`, {
      problems:
        known.length === 0
          ? [{ path: "--context", expected: "a context", got: `none in ${filesOf(kubeconfig).join(", ")}` }]
          : nameProblems("--context", context, known),
      hint: "kubectl config get-contexts",
    });
  }
  const one = new KubeConfig();
  one.loadFromOptions({ clusters: [cluster], users: [user], contexts: [found], currentContext: context });
  const identity = createHash("sha256").update(`${cluster.server} ${cluster.caData ?? cluster.caFile ?? ""}`);
  return {
    kubeconfig: one.exportConfig(),
    identity: identity.digest("hex").slice(0, 16),
    server: cluster.server,
  };
}

function filesOf(named: string): readonly string[] {
  if (named !== "") return [named];
  const listed = (process.env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  return listed.length > 0 ? listed : [join(homedir(), ".kube", "config")];
}
