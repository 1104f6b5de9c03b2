/** What our parser and llhttp, as Node has it, each make of an answer. */
import { createRequire } from "node:module";
import { responseReader } from "../../workloads/generator/http/http-response.ts";

export type Verdict = Whole | { readonly kind: "malformed" } | { readonly kind: "unfinished" };

interface Whole {
  readonly kind: "whole";
  readonly status: number;
  readonly body: string;
  /** The connection cannot be used again: as it was said, or because of bytes that belong to no answer. */
  readonly closes: boolean;
}

const malformed: Verdict = { kind: "malformed" };
const unfinished: Verdict = { kind: "unfinished" };

/** The pieces, and then the end of the connection. */
export function ourVerdict(pieces: readonly Buffer[]): Verdict {
  const reader = responseReader({ keep: "whole" });
  reader.expect(false);
  for (const piece of pieces) {
    const response = reader.read(piece);
    if (response === undefined) continue;
    if ("malformed" in response) return malformed;
    const { status, body, closes } = response;
    return { kind: "whole", status, body: body.toString("latin1"), closes };
  }
  const response = reader.end();
  if (response === undefined) return unfinished;
  return { kind: "whole", status: response.status, body: response.body.toString("latin1"), closes: true };
}

interface Parser {
  initialize(type: number, resource: object): void;
  execute(data: Buffer): number | Error;
  finish(): Error | undefined;
  [callback: number]: unknown;
}
interface ParserClass {
  new (): Parser;
  readonly RESPONSE: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

const { HTTPParser } = createRequire(import.meta.url)("node:_http_common") as { HTTPParser: ParserClass };

export function llhttpVerdict(pieces: readonly Buffer[]): Verdict {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.RESPONSE, {});
  let status = 0;
  let keepsAlive = false;
  let body = "";
  let whole: Whole | undefined;
  // (major, minor, headers, method, url, status, message, upgrade, keepsAlive)
  parser[HTTPParser.kOnHeadersComplete] = (...said: unknown[]) => {
    if (whole !== undefined) return;
    status = said[5] as number;
    keepsAlive = said[8] as boolean;
  };
  parser[HTTPParser.kOnBody] = (data: Buffer) => {
    if (whole === undefined) body += data.toString("latin1");
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    if (whole === undefined && status >= 200) whole = { kind: "whole", status, body, closes: !keepsAlive };
  };
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at++) {
      // One by one, so that it is known where the answer ends.
      const read = parser.execute(piece.subarray(at, at + 1));
      if (whole !== undefined) return { ...whole, closes: whole.closes || at + 1 < piece.length };
      if (typeof read !== "number") return malformed;
    }
  }
  parser.finish();
  return whole ?? unfinished;
}

/** @returns what both make of it where they differ, empty where they agree or are known to differ */
export function disagreement(pieces: readonly Buffer[]): string {
  const [ours, theirs] = [ourVerdict(pieces), llhttpVerdict(pieces)];
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return "";
  const text = Buffer.concat(pieces).toString("latin1");
  return isKnown(text, theirs)
    ? ""
    : `${JSON.stringify(text)}: ours ${JSON.stringify(ours)}, llhttp ${JSON.stringify(theirs)}`;
}

/** Where llhttp and we differ on purpose. */
function isKnown(text: string, theirs: Verdict): boolean {
  return (
    // It takes CR CR for the end of a status line; RFC 9112 (section 2.2) has CR LF.
    /^HTTP\/1\.[01] \d{3}[^\r\n]*\r[^\n]/m.test(text) ||
    // A tab is white space that may follow a value (RFC 9110, section 5.5); llhttp takes none there.
    /^(?:content-length|connection):[^\r]*\t/im.test(text) ||
    // It takes any three digits for a status; RFC 9110 (section 15) has 100 to 599.
    /^HTTP\/1\.[01] (?:0|[6-9])\d\d/m.test(text) ||
    // It awaits a body of an interim answer that states a length; RFC 9112 (section 6.3) has none there.
    (theirs.kind === "unfinished" &&
      /^HTTP\/1\.[01] 1\d\d[^\r]*(?:\r\n[^\r]+)*\r\ncontent-length:/im.test(text)) ||
    // It counts to 2^64, we to 2^53.
    /content-length:\s*\d{16,20}(?:\s|$)/i.test(text) ||
    // It passes over line ends before a status line; RFC 9112 (section 2.2) allows that to servers, of requests.
    /(?:^|\r\n\r\n)[\r\n]+HTTP\//.test(text) ||
    // Of a field that may not stand beside the length it needs the name alone, we the beginning of its value.
    (theirs.kind === "malformed" && isBegunBeside(text)) ||
    // An empty length is known to be none at the end of its line; llhttp waits for what follows.
    (theirs.kind === "unfinished" && /content-length:\s*(?:\r\n)?$/i.test(text))
  );
}

function isBegunBeside(text: string): boolean {
  const lastLine = text.slice(text.lastIndexOf("\r\n") + 2);
  const [begun] = /^(?:transfer-encoding|content-length)(?=:\s*$)/i.exec(lastLine) ?? [];
  const other = begun?.toLowerCase() === "content-length" ? "transfer-encoding" : "content-length";
  return begun !== undefined && new RegExp(`^${other}:`, "im").test(text);
}
