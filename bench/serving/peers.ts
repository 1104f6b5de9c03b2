/** What a user would pick instead: the same classifier, runtime and processes behind other serving frameworks. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { ServiceInputs } from "../../infra/plugin/kinds/process/service.ts";
import { sentimentJudge } from "../../infra/services/sentiment/asked.ts";
import { type ProvideOptions, provideOnce } from "../../infra/toolchain/provide/cache.ts";
import type { Variant } from "../../infra/variants/index.ts";
import { privateFolder, serviceFolder } from "../../infra/workspace/paths.ts";
import { sentimentEnvironment } from "./sentiment-process.ts";

const folder = fileURLToPath(new URL("./peers/", import.meta.url));

/** The runtime's packages as in the served model's lock, so that the same kernels run. */
const packages = [
  "fastapi==0.163.2",
  "uvicorn[standard]==0.54.0",
  "mosec==0.9.8",
  "litserve==0.2.19",
  "onnxruntime==1.32.0",
  "tokenizers==0.23.3",
  "numpy==2.4.6",
];

interface Peer {
  readonly description: string;
  command(python: string): readonly string[];
  readonly readyPath: string;
}

const peers = {
  fastapi: {
    description: "FastAPI, two uvicorn workers (uvloop, httptools), no batching",
    command: (python) => [
      ...[python, "-m", "uvicorn", "fastapi_app:app", "--workers", "2", "--port", "{port}"],
      ...["--no-access-log", "--log-level", "warning"],
    ],
    readyPath: "/ready",
  },
  mosec: {
    description: "Mosec, two inference processes, batches up to 16 within 5 ms, run in groups of like length",
    command: (python) => [python, "mosec_app.py", "--address", "127.0.0.1", "--port", "{port}"],
    readyPath: "/metrics",
  },
  litserve: {
    description:
      "LitServe, two inference processes, batches up to 16 within 5 ms, run in groups of like length",
    command: (python) => [python, "litserve_app.py", "--port", "{port}"],
    readyPath: "/health",
  },
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof peers;

export async function providePeers(uv: string, options: ProvideOptions): Promise<string> {
  const key = "serving-peers-fastapi-0.163.2-mosec-0.9.8-litserve-0.2.19";
  const directory = await provideOnce(
    key,
    async (into) => {
      await execa(uv, ["venv", "--quiet", "--relocatable", join(into, "venv")]);
      await execa(uv, ["pip", "install", "--quiet", "--python", join(into, "venv/bin/python"), ...packages]);
    },
    options,
  );
  return join(directory, "venv/bin/python");
}

export interface PeerOptions {
  readonly variant: Variant;
  readonly python: string;
  readonly prepared: { readonly directory: string; readonly digest: string };
}

/** With the runtime and graph of `variant`. */
export async function peerProcess(
  name: PeerName,
  { variant, python, prepared }: PeerOptions,
): Promise<ServiceInputs & { readonly description: string }> {
  const { description, command, readyPath } = peers[name];
  return {
    description,
    name: `bench.${name}`,
    command: [...command(python)],
    cwd: folder,
    environment: {
      ...(await sentimentEnvironment(variant)),
      TESTBED_MODEL_DIR: prepared.directory,
      TOKENIZERS_PARALLELISM: "false",
      PYTHONPATH: serviceFolder,
      HOME: join(privateFolder, "home"),
      TMPDIR: join(privateFolder, "tmp"),
      PATH: "/usr/local/bin:/usr/bin:/bin",
      PYTHONUNBUFFERED: "1",
      PYTHONDONTWRITEBYTECODE: "1",
    },
    readyPath,
    probe: {
      method: "POST",
      path: "/classify",
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify({ texts: ["Is the model awake?"] })).toString("base64"),
      judge: sentimentJudge,
    },
    environmentFrom: {},
    inheritEnvironment: false,
    logFile: join(privateFolder, "logs", `bench.${name}.log`),
    startTimeoutSeconds: 180,
    drainSeconds: 5,
    contentDigest: prepared.digest,
  };
}

export const peerNames = Object.keys(peers) as readonly PeerName[];
