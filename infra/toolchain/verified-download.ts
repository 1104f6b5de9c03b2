/** A published file, taken only where it is what its publisher's list of checksums says. */
import { createHash } from "node:crypto";
import { messageOf, TestbedError } from "../../errors.ts";

export interface PublishedFile {
  /** For messages: `K3s v1.34.1+k3s1`. */
  readonly what: string;
  readonly url: string;
  /** Lines of a SHA-256 in hexadecimal and a file's name. */
  readonly checksumsUrl: string;
}

/** @throws TestbedError (missingPart) where either does not answer, or the content is not what was published */
export async function verifiedDownload({ what, url, checksumsUrl }: PublishedFile): Promise<Buffer> {
  const name = decodeURIComponent(url.split("/").at(-1)!);
  const [content, sums] = await Promise.all([fetched(what, url), fetched(what, checksumsUrl)]);
  const expected = checksumIn(sums.toString(), name);
  const got = createHash("sha256").update(content).digest("hex");
  if (expected === got) return content;
  throw new TestbedError("missingPart", `the download of ${what} is not what was published`, {
    problems: [{ path: name, expected: expected ?? `a checksum of it in ${checksumsUrl}`, got }],
    hint: "Try again; a proxy in between may have changed it.",
  });
}

/** @returns undefined where the list does not name the file */
export function checksumIn(sums: string, name: string): string | undefined {
  return sums
    .split("\n")
    .map((line) => line.trim().split(/\s+\*?/))
    .find(([, file]) => file === name)?.[0];
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
