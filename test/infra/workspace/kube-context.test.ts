/** A context by name, and nothing else of a kubeconfig. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kubeContext } from "../../../infra/workspace/kube-context.ts";

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "testbed-context-"));
  file = join(folder, "config");
  const entry = (name: string) => ({
    cluster: { name, cluster: { server: `https://${name}.example` } },
    user: { name, user: { token: `${name}-token` } },
    context: { name, context: { cluster: name, user: name } },
  });
  const both = [entry("work"), entry("production")];
  const content = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "production",
    clusters: both.map(({ cluster }) => cluster),
    users: both.map(({ user }) => user),
    contexts: both.map(({ context }) => context),
  };
  await writeFile(file, JSON.stringify(content));
});

afterAll(() => rm(folder, { recursive: true }));

describe("a context of a kubeconfig", () => {
  it("is the one that was named, and brings no other along", () => {
    const found = kubeContext({ context: "work", kubeconfig: file });
    expect(found.server).toBe("https://work.example");
    expect(found.kubeconfig).toContain("work-token");
    expect(found.kubeconfig).not.toContain("production");
  });

  it("is told apart from another cluster's", () => {
    const identities = ["work", "production"].map(
      (context) => kubeContext({ context, kubeconfig: file }).identity,
    );
    expect(new Set(identities).size).toBe(2);
  });

  it("that does not exist is refused with those that do", () => {
    expect(() => kubeContext({ context: "wrok", kubeconfig: file })).toThrow(
      /no kubeconfig has the context wrok/,
    );
    expect(() => kubeContext({ context: "work", kubeconfig: join(folder, "none") })).toThrow(/no kubeconfig/);
  });
});
