/**
 * Downloads a published file and accepts it only if it is the published one: by its digest in this repository
 * (`digests.json`), which a changed release cannot change; if there is none yet, by its publisher's list of checksums,
 * and the note says so. `TESTBED_PINNED=1` refuses a file that has no digest here. `npm run pin:downloads` writes the
 * digests, on a machine that reaches the publishers.
 */
import { createHash } from "node:crypto";
import { messageOf, TestbedError } from "../../../errors/errors.ts";
import pinned from "./digests.json" with { type: "json" };
import { whyUnreachable } from "./reach.ts";

const known: Readonly<Record<string, string>> = pinned;

export interface PublishedFile {
  /** For messages: `K3s v1.34.1+k3s1`. */
  readonly what: string;
  readonly url: string;
  /** Lines of a SHA-256 in hexadecimal and a file's name. */
  readonly checksumsUrl: string;
  /** Where its publisher has it, if `url` is a mirror's: its digest here is looked up by that. */
  readonly publishedAt?: string;
}

export interface Download {
  readonly content: Buffer;
  /** SHA-256 in hexadecimal. */
  readonly digest: string;
  /** What it was checked against, for the manifest. */
  readonly note: string;
}

export interface DownloadOptions {
  /** By `digestKey`, SHA-256 in hexadecimal. */
  readonly digests?: Readonly<Record<string, string>>;
  readonly environment?: NodeJS.ProcessEnv;
}

/** @throws TestbedError (missingPart) where it does not answer, has no digest that it must have, or is not what was published */
export async function verifiedDownload(
  { what, url, checksumsUrl, publishedAt = url }: PublishedFile,
  { digests = known, environment = process.env }: DownloadOptions = {},
): Promise<Download> {
  const name = nameOf(url);
  const ours = digests[digestKey(publishedAt)];
  if (ours === undefined && isOn(environment.TESTBED_PINNED)) throw unpinned(what, publishedAt);
  const [content, expected] = await Promise.all([
    fetched(what, url),
    // A release without a list is refused: nothing would say what it is.
    ours ?? fetched(what, checksumsUrl).then((sums) => checksumIn(sums.toString(), name)),
  ]);
  const digest = createHash("sha256").update(content).digest("hex");
  if (expected === digest) return { content, digest, note: ours === undefined ? byPublisher : byUs };
  throw new TestbedError("missingPart", `the download of ${what} differs from the published file`, {
    problems: [{ path: name, expected: expected ?? `its checksum in ${checksumsUrl}`, got: digest }],
    hint: "Try again; a proxy in between may have changed it.",
  });
}

/**
 * Before a download for which there may be another way, a build from pinned sources.
 *
 * @param asked what shows whether its place answers
 * @returns null where it can be taken, else the reason in a few words
 */
export async function whyNotTaken(
  { url, publishedAt = url }: PublishedFile,
  asked = url,
  { digests = known, environment = process.env }: DownloadOptions = {},
): Promise<string | null> {
  if (digests[digestKey(publishedAt)] === undefined && isOn(environment.TESTBED_PINNED)) {
    return "TESTBED_PINNED, and no digest of it in the testbed's repository";
  }
  return whyUnreachable(asked);
}

const byUs = "checked against its digest in the testbed's repository";
const byPublisher =
  "checked against the checksum published with the release: the testbed's repository has no digest of it";

/** The end of the address: version and name. */
export function digestKey(url: string): string {
  return decodeURIComponent(url.split("/").slice(-2).join("/"));
}

/** @returns undefined where the list does not name the file */
export function checksumIn(sums: string, name: string): string | undefined {
  return sums
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/))
    .find(([, file]) => file === name)?.[0];
}

export function isOn(variable: string | undefined): boolean {
  return ["1", "true", "yes"].includes(variable ?? "");
}

function nameOf(url: string): string {
  return decodeURIComponent(url.split("/").at(-1)!);
}

function unpinned(what: string, url: string): TestbedError {
  return new TestbedError("missingPart", `${what} has no digest in the testbed's repository`, {
    problems: [{ path: "TESTBED_PINNED", expected: `a digest of ${digestKey(url)}`, got: "none" }],
    hint: "Unset TESTBED_PINNED to accept the publisher's checksum, or add its digest (npm run pin:downloads in a checkout).",
  });
}

async function fetched(what: string, url: string): Promise<Buffer> {
  const answer = await fetch(url).catch((cause: unknown) => {
    throw unfetched(what, url, messageOf(cause), cause);
  });
  if (!answer.ok) throw unfetched(what, url, `status ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

function unfetched(what: string, url: string, got: string, cause?: unknown): TestbedError {
  return new TestbedError("missingPart", `${what} could not be downloaded`, {
    cause,
    problems: [{ path: url, expected: "the published file", got }],
    hint: "Try again later.",
  });
}
