/** Advice for a wrong answer: the lines that tell a user how to correct the service file. */
import { authorityHint } from "../../workloads/ask/address.ts";
import type { JudgeSpec } from "../../workloads/judge/judge.ts";
import { type Place, placesOf } from "./answer-shape.ts";
import type { Exchange } from "./ask-once.ts";

export interface Seen extends Exchange {
  readonly judge: JudgeSpec;
  /** `METHOD path` that the service says it has (OpenAPI); empty where it says none. */
  readonly offered: readonly string[];
  /** The variant's address is its own, and nothing was deployed. */
  readonly isUrl: boolean;
}

export function adviceOn(seen: Seen): readonly string[] {
  const { answer, verdict } = seen;
  if (answer === undefined) return adviceWithoutAnswer(seen);
  if (verdict.outcome === "ok") return adviceOnRight(seen.judge, answer.body);
  if (verdict.outcome === "http") return adviceOnStatus(seen, answer.status);
  return adviceOnWrong(seen.judge, answer);
}

function adviceWithoutAnswer({ verdict, asking, isUrl }: Seen): readonly string[] {
  const { reason } = verdict as { readonly reason: string };
  const { host, protocol } = new URL(asking.url);
  if (/certificate|self.signed|unable to verify|altnames|CERT_/i.test(reason)) {
    return [
      `The certificate of ${host} does not verify. ${authorityHint} Nothing switches verification off.`,
    ];
  }
  if (/wrong version number|packet length|EPROTO|SSL/i.test(reason)) {
    return [`${host} does not speak TLS: is it http: and not https:?`];
  }
  if (/refused/i.test(reason)) {
    return [
      isUrl
        ? `Nothing listens at ${host}: does the server run, and on that port?`
        : "The service ended, or listens elsewhere than on {port}.",
    ];
  }
  if (/ENOTFOUND|EAI_AGAIN/.test(reason)) return [`The name ${host} cannot be resolved.`];
  if (/other side closed|ECONNRESET|socket hang up/i.test(reason) && protocol === "http:") {
    return [`${host} closed the connection without an answer: is it https: and not http:?`];
  }
  return ["If the testbed started the service, its log says more."];
}

function adviceOnRight(judge: JudgeSpec, body: Buffer): readonly string[] {
  const looks = [judge.json, judge.schema, judge.label, judge.vector, judge.number, judge.stream].some(
    (one) => one !== undefined,
  );
  if (looks) return [];
  const places = placesOf(body);
  if (places === undefined || places.length === 0) {
    return ["Only the status is checked: an error with this status counts as a success."];
  }
  return [
    "Only the status is checked: an error with this status counts as a success. The answer has:",
    ...listed(places),
    `For example: judge: { status: [200], json: [{ pointer: ${JSON.stringify(places[0]!.pointer)}, exists: true }] }`,
  ];
}

function adviceOnStatus({ answer, asking, offered }: Seen, status: number): readonly string[] {
  const { pathname } = new URL(asking.url);
  const there =
    offered.length === 0 ? [] : ["The service lists these paths:", ...offered.map((one) => `  ${one}`)];
  if (status >= 300 && status < 400) {
    const to = answer!.headers.location ?? "elsewhere";
    return [
      `It redirects to ${to}, and a load follows no redirects: put that address in ask.path, or in the variant's URL.`,
    ];
  }
  if (status === 404) return [`Nothing is served at ${pathname}: change ask.path.`, ...there];
  if (status === 405) {
    const { allow: allowed } = answer!.headers;
    return [
      `${asking.method} is not allowed at ${pathname}${allowed === undefined ? "" : `, which takes ${allowed}`}: change ask.method.`,
      ...there,
    ];
  }
  if (status === 401 || status === 403) {
    return [
      asking.headers.has("authorization")
        ? "The credentials in ask.headers are refused: is the variable's value the right one, and the prefix?"
        : 'It requires credentials: set ask.headers, for example authorization: { environment: "MY_TOKEN", prefix: "Bearer " }.',
    ];
  }
  if (status === 411 || status === 413) return ["The service refuses the body's size: change the payload."];
  if (status === 415)
    return [
      `It does not accept ${asking.headers.get("content-type") ?? "a body without a content type"}: change ask.headers["content-type"].`,
    ];
  if (status === 400 || status === 422)
    return [
      "The service does not accept the body; the answer above says why: change the payload or its template.",
    ];
  if (status === 429) return ["The service limits the request rate: a load would measure that limit."];
  if (status >= 500) return ["The service failed on this request: its log says why."];
  return [`judge.status does not name ${status}.`];
}

/** All that is looked at in a stream but its status and content type. */
const noStream =
  "A stream has events (of `sse`, a line that begins with data: and an empty line). Does the request (ask) make the service stream, and is judge.stream the right kind?";

function adviceOnWrong(
  judge: JudgeSpec,
  { body, contentType }: { readonly body: Buffer; readonly contentType: string },
): readonly string[] {
  if (judge.stream !== undefined) return [noStream];
  const places = placesOf(body);
  if (places === undefined) {
    return [
      `The answer is ${contentType === "" ? "of no content type" : contentType} and not JSON: judge looks for JSON in it.`,
    ];
  }
  if (places.length === 0) return [];
  const asked = pointersOf(judge);
  const near = asked.flatMap((pointer) => {
    const meant = similar(pointer, places);
    return meant === undefined ? [] : [`Is ${pointer} meant to be ${meant}?`];
  });
  return ["The answer has:", ...listed(places), ...near, "If this answer is right, change judge."];
}

/** The pointer with its last name as the answer has it, where that has one that is nearly the same, or in another place. */
function similar(pointer: string, places: readonly Place[]): string | undefined {
  const parts = pointer.split("/");
  const at = parts.findLastIndex((part) => !/^\d*$/.test(part));
  const name = parts[at];
  if (name === undefined) return undefined;
  for (const place of places) {
    const there = place.pointer.split("/");
    const found = there.findIndex((part) => part !== "" && (part.startsWith(name) || name.startsWith(part)));
    const meant = [...there.slice(0, found + 1), ...parts.slice(at + 1)].join("/");
    if (found > 0 && meant !== pointer) return meant;
  }
  return undefined;
}

function pointersOf({ json = [], label, vector, number }: JudgeSpec): readonly string[] {
  return [
    ...json.map(({ pointer }) => pointer),
    ...[label, vector, number].filter((one) => one !== undefined),
  ];
}

function listed(places: readonly Place[]): readonly string[] {
  return places.map(({ pointer, what }) => `  ${pointer === "" ? "(the whole answer)" : pointer}  ${what}`);
}
