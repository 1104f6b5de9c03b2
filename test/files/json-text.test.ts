import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../files/json-text.ts";

describe("JSON as people write it", () => {
  it("gives what JSON.parse gives, whatever the value and the spacing", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, "\t", "\r\n  "), (value, space) => {
        fc.pre(!JSON.stringify(value).includes("__proto__"));
        const text = JSON.stringify(value, null, space === "\r\n  " ? 2 : space);
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(parseJson(`\ufeff${text}`)).toEqual(JSON.parse(text));
      }),
      { seed: 28, numRuns: 500 },
    );
  });

  it("takes a byte order mark", () => {
    expect(parseJson('\ufeff{"a": 1}')).toEqual({ a: 1 });
  });

  it.each([
    ['{"rate": 5,\n "rate": 50}', 'the key "rate" is duplicated, again in line 2'],
    ['{"a": {"b": [{"c": 1, "\\u0063": 2}]}}', 'the key "c" is duplicated, again in line 1'],
    ['{"a":\n{"__proto__": 1}}', 'it has the key "__proto__", in line 2'],
    ['{"\\u005f_proto__": 1}', 'it has the key "__proto__", in line 1'],
    [`${"[".repeat(101)}${"]".repeat(101)}`, "it is nested more than 100 deep"],
  ])("refuses %s", (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });

  it("one key in two objects, and one text as key and value, are no doubles", () => {
    expect(parseJson('[{"a": "a"}, {"a": "\\"a\\":"}]')).toEqual([{ a: "a" }, { a: '"a":' }]);
  });

  it("any text at all gives a value or a SyntaxError, also a million brackets", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0a \n1-etrufalsn') }), (text) => {
        try {
          parseJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { seed: 28, numRuns: 2000 },
    );
    expect(() => parseJson("[".repeat(1e6) + "]".repeat(1e6))).toThrow(SyntaxError);
  });
});
