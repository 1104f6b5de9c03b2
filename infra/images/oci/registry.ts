/**
 * A client of image registries (the OCI distribution specification). It does two things: it pushes an image layout blob
 * by blob, skipping blobs that the registry has, and it resolves a tag to its digest.
 */
import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { request } from "undici";
import { z } from "zod";

export interface Repository {
  /** `https://registry.example`; without encryption only where it is said, or on this machine. */
  readonly server: string;
  /** `team/testbed/serving-onnx-roberta-base`. */
  readonly name: string;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const imageManifest = z.object({
  mediaType: z.string().default("application/vnd.oci.image.manifest.v1+json"),
  config: z.object({ digest: z.string(), size: z.number() }),
  layers: z.array(z.object({ digest: z.string(), size: z.number() })),
});

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** @param registry as a user names it: `registry.example/team`, `localhost:5000`, `http://10.0.0.5:5000/x` */
export function repositoryOf(registry: string, name: string): Repository {
  const [, scheme, host = "", path = ""] = /^(https?:\/\/)?([^/]+)\/?(.*?)\/*$/.exec(registry) ?? [];
  const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
  return {
    server: `${scheme ?? (local ? "http://" : "https://")}${host}`,
    name: path === "" ? name : `${path}/${name}`,
  };
}

/** As a pod names an image there. */
export function referenceAt({ server, name }: Repository, digest: string): string {
  return `${server.replace(/^https?:\/\//, "")}/${name}@${digest}`;
}

/**
 * @param layout folder of an image layout @param digest of its manifest
 * @returns bytes that were sent
 * @throws Error naming the registry and what it said
 */
export async function pushLayout(
  repository: Repository,
  layout: string,
  digest: string,
  signal?: AbortSignal,
): Promise<number> {
  const session = openSession(repository, "pull,push", signal);
  const blob = (of: string) => join(layout, "blobs", ...of.split(":"));
  const content = await readFile(blob(digest));
  const { mediaType, config, layers } = imageManifest.parse(JSON.parse(content.toString()));
  let sent = 0;
  for (const part of [config, ...layers]) {
    if ((await session.ask("HEAD", `/blobs/${part.digest}`)).status === 200) continue;
    const begun = await session.ask("POST", "/blobs/uploads/");
    const place = new URL(begun.expect(202, "begin an upload").location, repository.server);
    place.searchParams.set("digest", part.digest);
    const { size } = await stat(blob(part.digest));
    const body = () => createReadStream(blob(part.digest));
    const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
    (await session.ask("PUT", place, { headers, body })).expect(201, `take ${part.digest}`);
    sent += size;
  }
  const headers = { "content-type": mediaType };
  const put = await session.ask("PUT", `/manifests/${digest}`, { headers, body: () => content });
  put.expect(201, "take the manifest");
  return sent;
}

/** @param reference tag or digest @returns digest; null where the repository has no such image */
export async function digestAt(repository: Repository, reference: string): Promise<string | null> {
  const session = openSession(repository, "pull");
  const answer = await session.ask("HEAD", `/manifests/${reference}`, { headers: { accept: manifestTypes } });
  if (answer.status === 404) return null;
  return answer.expect(200, `tell the digest of ${reference}`).digest;
}

/** @returns null where it answers as a registry does, else why not */
export async function whyNoRegistry(server: string): Promise<string | null> {
  try {
    const { statusCode, body } = await request(`${server}/v2/`, { headersTimeout: 5_000 });
    await body.dump();
    return statusCode === 200 || statusCode === 401 ? null : `answered ${statusCode} to ${server}/v2/`;
  } catch (error) {
    return error instanceof Error ? error.message || String(error.cause ?? error.name) : String(error);
  }
}

interface Content {
  readonly headers?: Readonly<Record<string, string>>;
  /** Anew for each attempt. */
  body?(): Buffer | NodeJS.ReadableStream;
}

interface Answer {
  readonly status: number;
  /** @throws Error with the registry's own words where it is another status */
  expect(status: number, what: string): { readonly location: string; readonly digest: string };
}

/** One repository; what is needed to be let in is found out by the first answer that says so. */
function openSession({ server, name }: Repository, actions: string, signal?: AbortSignal) {
  let authorization: string | undefined;

  const attempt = async (method: "HEAD" | "POST" | "PUT", url: URL, { headers = {}, body }: Content) =>
    request(url, {
      method,
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
      body: (body?.() ?? null) as Buffer | null,
      bodyTimeout: 0,
      headersTimeout: 120_000,
      ...(signal === undefined ? {} : { signal }),
    });

  return {
    async ask(method: "HEAD" | "POST" | "PUT", path: string | URL, content: Content = {}): Promise<Answer> {
      const url = typeof path === "string" ? new URL(`/v2/${name}${path}`, server) : path;
      let answer = await attempt(method, url, content);
      if (answer.statusCode === 401 && authorization === undefined) {
        await answer.body.dump();
        const challenge = String(answer.headers["www-authenticate"] ?? "");
        authorization = await authorizationFor(challenge, server, `repository:${name}:${actions}`);
        answer = await attempt(method, url, content);
      }
      const said = await answer.body.text();
      const { statusCode: status, headers } = answer;
      return {
        status,
        expect(wanted, what) {
          if (status !== wanted) {
            throw new Error(
              `the registry ${server} did not ${what} in ${name}: ${status} ${said.trim().slice(0, 300)}`,
            );
          }
          return {
            location: String(headers.location ?? ""),
            digest: String(headers["docker-content-digest"] ?? ""),
          };
        },
      };
    },
  };
}

/** @returns value of the header that the challenge asks for */
async function authorizationFor(
  challenge: string,
  server: string,
  scope: string,
): Promise<string | undefined> {
  const credentials = await credentialsFor(server.replace(/^https?:\/\//, ""));
  const basic =
    credentials === null
      ? undefined
      : `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
  if (!/^bearer /i.test(challenge)) return basic;
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  const url = new URL(fields.realm ?? "");
  if (fields.service !== undefined) url.searchParams.set("service", fields.service);
  url.searchParams.set("scope", fields.scope ?? scope);
  const answer = await request(url, { headers: basic === undefined ? {} : { authorization: basic } });
  const said = await answer.body.text();
  if (answer.statusCode !== 200) {
    throw new Error(
      `${url.host} gave no token for ${scope}: ${answer.statusCode} ${said.trim().slice(0, 300)}`,
    );
  }
  const { token, access_token } = JSON.parse(said) as { token?: string; access_token?: string };
  return `Bearer ${token ?? access_token}`;
}

const dockerConfig = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
});

/** What `docker login` has left for this host; null where it has left nothing. */
export async function credentialsFor(
  host: string,
  folder = process.env.DOCKER_CONFIG ?? join(homedir(), ".docker"),
): Promise<Credentials | null> {
  const text = await readFile(join(folder, "config.json"), "utf8").catch(() => "{}");
  const { auths, credsStore, credHelpers } = dockerConfig.parse(JSON.parse(text));
  const helper = credHelpers[host] ?? credsStore;
  if (helper !== undefined) return askHelper(helper, host);
  const encoded = auths[host]?.auth;
  if (encoded === undefined) return null;
  const [, user = "", password = ""] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  return { user, password };
}

async function askHelper(helper: string, host: string): Promise<Credentials | null> {
  const asked = promisify(execFile)(`docker-credential-${helper}`, ["get"]);
  asked.child.stdin?.end(host);
  return asked.then(
    ({ stdout }) => {
      const { Username: user, Secret: password } = JSON.parse(stdout) as { Username: string; Secret: string };
      return { user, password };
    },
    () => null, // It has none for this host.
  );
}
