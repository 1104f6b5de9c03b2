/**
 * A service of a user's own on a node of this host, as its user has it: a folder elsewhere, an image in an archive, a token
 * from the environment. What it shows: the commands work on it, pods get its payload, nobody else's pod reaches it, and the
 * token is in no file.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findLoadImage } from "../../infra/images/load.ts";
import { privateFolder } from "../../infra/workspace/paths.ts";
import { testbed } from "./command.ts";
import { stateRoot } from "./k3s-host.ts";

const token = "t0ken-that-nobody-is-to-see";
const server = `
  const { createServer } = require("node:http");
  createServer((request, answer) => {
    if (request.url === "/healthz") return answer.end();
    const allowed = request.headers.authorization === "Bearer " + process.env.TOKEN;
    answer.writeHead(allowed ? 200 : 401, { "content-type": "application/json" });
    let body = "";
    request.on("data", (part) => { body += part; });
    request.on("end", () => setTimeout(() => {
      if (!allowed) return answer.end();
      const { n } = JSON.parse(body);
      answer.end(JSON.stringify({ predictions: [2 * n], label: n % 2 === 0 ? "even" : "odd" }));
    }, Number(process.env.WORK_MS)));
  }).listen(8000);
  process.on("SIGTERM", () => process.exit(0));`;

/** Registers the tests. @param kubectl of the node that is up */
export function ownServiceTests(kubectl: (...args: string[]) => Promise<string>): void {
  let folder: string;
  let results: string;
  let image: string;
  const command = async (...args: string[]) => {
    const { stdout, all } = await execa("node", [...testbed, ...args], {
      all: true,
      env: { OWN_TOKEN: token },
    });
    expect(all).not.toContain(token);
    return stdout;
  };
  const service = () => join(folder, "doubler.json");

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "testbed-own-"));
    const { layout, digest } = (await findLoadImage())!;
    execFileSync("tar", ["--create", "--file", join(folder, "image.tar"), "--directory", layout, "."]);
    image = `theirs/doubler@${digest}`;
    const spec = {
      name: "doubler",
      run: {
        kind: "image",
        ...{ image, archive: "image.tar", port: 8000, command: ["node", "--eval", server] },
        environment: { TOKEN: { environment: "OWN_TOKEN" } },
      },
      settings: { workMs: { type: "integer", default: 1, to: { environment: "WORK_MS" } } },
      variants: { baseline: {} },
      ready: { path: "/healthz", livePath: "/healthz" },
      resources: { cpu: 0.5, memory: 128 },
      drainSeconds: 1,
      ask: {
        path: "/predict",
        headers: { authorization: { environment: "OWN_TOKEN", prefix: "Bearer " } },
        payload: { file: "numbers.csv", template: '{"n":{{n}}}', expected: "parity" },
      },
      judge: { json: [{ pointer: "/predictions/0", exists: true }], label: "/label" },
      agreement: { label: { least: 1 } },
    };
    writeFileSync(service(), JSON.stringify(spec));
    const rows = Array.from({ length: 40 }, (_, n) => `${n},${n % 2 === 0 ? "even" : "odd"}`);
    writeFileSync(join(folder, "numbers.csv"), ["n,parity", ...rows].join("\n"));
    const study = {
      name: "own-on-k3s",
      description: "A service of a user's own loses a pod",
      ...{ service: "./doubler.json", target: "k3s", baseline: "baseline", variants: [{ workMs: 8 }] },
      scenarios: [
        {
          ...{ name: "pod-delete", description: "a pod goes", arrival: { kind: "exponential" } },
          ...{ rate: { perSecond: 50 }, durationSeconds: 14 },
          disruption: {
            kind: "pod-delete",
            injections: 1,
            firstAfterSeconds: 2,
            everySeconds: 12,
            settings: {},
          },
        },
      ],
      ...{ blocks: 1, slo: { responseMs: 500 }, calibrationSeconds: 1, aa: false, underpowered: "warn" },
    };
    writeFileSync(join(folder, "study.json"), JSON.stringify(study));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("comes up, and is reached by this machine and by no pod but those of a load", async () => {
    const { outputs } = JSON.parse(
      await command("up", "k3s.doubler.baseline", "--service", service(), "--json"),
    );
    expect(outputs.image).toContain(image.split("@")[1]);
    expect((await fetch(`${outputs.url}/healthz`)).status).toBe(200);
    const ask = (at: string) =>
      `fetch("${at}/healthz", { signal: AbortSignal.timeout(3000) }).then(() => console.log("reached"), () => console.log("refused"))`;
    const address = await kubectl(
      ...["--namespace", outputs.namespace, "get", "pods", "--output", "jsonpath={.items[0].status.podIP}"],
    );
    const places = [`http://${outputs.clusterIp}`, `http://${address}:8000`, outputs.url];
    const overrides = {
      spec: {
        restartPolicy: "Never",
        containers: [
          {
            ...{ name: "stranger", image: outputs.image, imagePullPolicy: "Never" },
            command: ["node", "--eval", places.map(ask).join(";")],
          },
        ],
      },
    };
    await kubectl("run", "stranger", "--image", outputs.image, "--overrides", JSON.stringify(overrides));
    await kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s", "pod/stranger");
    expect(await kubectl("logs", "stranger")).toBe("refused\nrefused\nrefused\n");
    await kubectl("delete", "pod/stranger", "--now");
  });

  it("answers its payload rightly, and goes through a study that deletes a pod", async () => {
    const stdout = await command("study", join(folder, "study.json"));
    results = join(stdout.trim().split("\n").at(-1)!, "..");
    const { trials, payloads } = JSON.parse(readFileSync(join(results, "plan.json"), "utf8"));
    expect(trials).toHaveLength(2);
    expect(JSON.stringify(payloads ?? "")).not.toContain(token);
    for (const { id } of trials) {
      const record = JSON.parse(readFileSync(join(results, "trials", id, "trial.json"), "utf8"));
      expect(record).toMatchObject({ id, status: "finished" });
      const { injections } = JSON.parse(readFileSync(join(results, "trials", id, "timeline.json"), "utf8"));
      expect(injections).toMatchObject([{ error: "", steadyBefore: true, mechanism: "API: delete" }]);
    }
    const { injections } = JSON.parse(readFileSync(join(results, "analysis.json"), "utf8")).recovery;
    // Half a second of load before and after: it is answered by the service that is measured, token and payload and all.
    for (const { account } of injections) expect(account.ok / account.offered).toBeGreaterThan(0.5);
  });

  it("leaves its token in no result, state or log", () => {
    const holding = [results, privateFolder].flatMap((root) => filesWith(token, root));
    expect(holding).toEqual([]);
  });
}

/** But for the cluster's own store, which goes with the node. */
function filesWith(text: string, root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => join(root, name))
    .filter((path) => !path.startsWith(stateRoot))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .filter((path) => readFileSync(path).includes(text));
}
