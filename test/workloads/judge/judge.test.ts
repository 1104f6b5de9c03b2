/** When an answer is right. */
import { describe, expect, it } from "vitest";
import { sentimentJudge } from "../../../infra/services/sentiment/asked.ts";
import { compileJudge, extract, type JudgeSpec, judgeSpec } from "../../../workloads/judge/judge.ts";

function verdict(
  spec: JudgeSpec,
  body: string,
  { status = 200, type = "application/json", request = "" } = {},
) {
  const judge = compileJudge(judgeSpec.parse(spec));
  return judge.judge(status, type, Buffer.from(body), judge.facts(Buffer.from(request)));
}
const wrong = (reason: string | RegExp) => ({
  outcome: "wrong-answer",
  reason: expect.stringMatching(reason),
});

describe("an answer", () => {
  it("of any 2xx is right where nothing is asked of it, and its body is not looked at", () => {
    expect(verdict({}, '{"predictions":[0.4]}')).toEqual({ outcome: "ok", label: "" });
    expect(verdict({}, "not json", { status: 204 })).toEqual({ outcome: "ok", label: "" });
    expect(verdict({}, "", { status: 302 })).toEqual({ outcome: "http", reason: "status 302" });
  });

  it("has a status that is right, and only such a one", () => {
    const spec = { status: [200, 404] };
    expect(verdict(spec, "", { status: 404 }).outcome).toBe("ok");
    expect(verdict(spec, "", { status: 201 }).outcome).toBe("http");
  });

  it.each([
    ["application/json", "application/json; charset=utf-8", "ok"],
    ["application/json", "Application/JSON", "ok"],
    ["text/*", "text/event-stream", "ok"],
    ["application/json", "text/html", "wrong-answer"],
    ["application/json", "", "wrong-answer"],
  ])("of content type %s may come as %j: %s", (contentType, type, outcome) => {
    expect(verdict({ contentType }, "{}", { type }).outcome).toBe(outcome);
  });

  const cases: [string, JudgeSpec, string, unknown][] = [
    [
      "what must be there is",
      { json: [{ pointer: "/a/0", exists: true }] },
      '{"a":[null]}',
      { outcome: "ok" },
    ],
    [
      "what must be there is not",
      { json: [{ pointer: "/a/1", exists: true }] },
      '{"a":[1]}',
      wrong("/a/1 is missing"),
    ],
    [
      "what must not be there is",
      { json: [{ pointer: "/error", exists: false }] },
      '{"error":"x"}',
      wrong("/error exists"),
    ],
    [
      "equal as JSON",
      { json: [{ pointer: "", equals: { a: 1, b: [2] } }] },
      '{"b":[2],"a":1}',
      { outcome: "ok" },
    ],
    ["not equal", { json: [{ pointer: "/a", equals: 1 }] }, '{"a":"1"}', wrong('/a is "1", not 1')],
    ["matches", { json: [{ pointer: "/id", matches: "^[0-9a-f]{4}$" }] }, '{"id":"00ff"}', { outcome: "ok" }],
    ["matches not", { json: [{ pointer: "/id", matches: "^x" }] }, '{"id":"00ff"}', wrong("does not match")],
    [
      "an escaped name",
      { json: [{ pointer: "/a~1b/c~0d", equals: true }] },
      '{"a/b":{"c~d":true}}',
      { outcome: "ok" },
    ],
    [
      "no member of Object's own",
      { json: [{ pointer: "/constructor", exists: true }] },
      "{}",
      wrong("missing"),
    ],
    ["follows its schema", { schema: { required: ["a"] } }, '{"a":1}', { outcome: "ok" }],
    [
      "does not",
      { schema: { properties: { a: { type: "number" } } } },
      '{"a":"1"}',
      wrong("/a must be number"),
    ],
    ["not JSON", { json: [{ pointer: "/a", exists: true }] }, "<html>", wrong("not JSON")],
    ["empty", { label: "/label" }, "", wrong("an empty body")],
    ["its label", { label: "/0" }, '["yes"]', { outcome: "ok", label: "yes" }],
    ["a label that is a number", { label: "/class" }, '{"class":3}', { outcome: "ok", label: "3" }],
    ["a label that is none", { label: "/class" }, '{"class":{}}', wrong("/class holds no label")],
    ["a vector", { vector: "/v" }, '{"v":[0.1,2]}', { outcome: "ok", label: "" }],
    ["no vector", { vector: "/v" }, '{"v":[0.1,"2"]}', wrong("/v is not an array of numbers")],
    ["no number", { number: "/n" }, '{"n":"2"}', wrong("/n is not a number")],
  ];
  it.each(cases)("%s", (_, spec, body, expected) => {
    expect(verdict(spec, body)).toMatchObject(expected as object);
  });

  it("of a batch has one element for each thing asked", () => {
    const spec = { json: [{ pointer: "/embeddings", asManyAs: "/texts" }] };
    const request = '{"texts":["a","b"]}';
    expect(verdict(spec, '{"embeddings":[[1],[2]]}', { request }).outcome).toBe("ok");
    expect(verdict(spec, '{"embeddings":[[1]]}', { request })).toEqual(
      wrong("/embeddings has 1 elements for the 2 of the request's /texts"),
    );
  });
});

describe("a classification", () => {
  const request = '{"texts":["Fine.","Bad."]}';
  it.each([
    ['{"results":[{"label":"positive"},{"label":"negative"}],"model":{}}', "ok"],
    ['{"results":[{"label":"positive"}]}', "wrong-answer"],
    ['{"results":[{"label":"positive"},{"label":1}]}', "wrong-answer"],
    ['{"results":[{"label":"positive"},null]}', "wrong-answer"],
    ['{"result":[]}', "wrong-answer"],
    ["[]", "wrong-answer"],
  ])("%s of two texts: %s", (body, outcome) => {
    expect(verdict(sentimentJudge, body, { request }).outcome).toBe(outcome);
  });

  it("is known by its first label", () => {
    const body = '{"results":[{"label":"positive"},{"label":"negative"}]}';
    expect(verdict(sentimentJudge, body, { request })).toEqual({ outcome: "ok", label: "positive" });
  });
});

it("what an answer says is read where the judge names it", () => {
  const spec = { label: "/label", vector: "/v", number: "/n" };
  expect(extract(spec, Buffer.from('{"label":"a","v":[1,2],"n":0.5}'))).toEqual({
    label: "a",
    vector: [1, 2],
    number: 0.5,
  });
  expect(extract(spec, Buffer.from("{}"))).toEqual({});
});

it("every problem of a judge is told, with what was expected", () => {
  const result = judgeSpec.safeParse({
    status: [99],
    contentType: "json",
    json: [{ pointer: "a" }, { pointer: "/a", matches: "(" }],
    schema: { type: "nonsense" },
    lable: "/x",
  });
  expect(result.error?.issues.map(({ path }) => path.join("."))).toEqual(
    expect.arrayContaining(["status.0", "contentType", "json.0.pointer", "json.1.matches", "schema", ""]),
  );
});
