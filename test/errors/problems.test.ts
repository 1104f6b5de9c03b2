import { expect, it } from "vitest";
import { z } from "zod";
import { problemsOf } from "../../errors/problems.ts";

const schema = z.strictObject({
  rate: z.union([z.strictObject({ perSecond: z.number() }), z.strictObject({ ofCapacity: z.number() })]),
  column: z.union([z.string().min(1), z.int().min(1)]),
});

const told = (value: unknown) =>
  problemsOf(schema.safeParse(value).error!, value).map(
    ({ path, expected, got }) => `${path}: ${expected}; ${got}`,
  );

it.each([
  [{ rate: { load: 0.5 }, column: "a" }, ['rate: perSecond (number), or ofCapacity (number); {"load":0.5}']],
  [{ rate: { perSecond: "5" }, column: "a" }, ['rate.perSecond: number; "5"']],
  [{ rate: { perSecond: 5, ofCapacity: 1 }, column: 1 }, [expect.stringMatching(/^rate/)]],
  [{ rate: 5, column: 0 }, ["rate: object; 5", expect.stringMatching(/^column: .*>=1; 0$/)]],
  [{ rate: { perSecond: 5 }, column: null }, ["column: string, or number; null"]],
])("of %j, which may have several forms, it is told what the nearest expects", (value, expected) => {
  expect(told(value)).toEqual(expected);
});

it("a value that is not there is told as nothing, once", () => {
  expect(told({ rate: { perSecond: 5 } })).toEqual(["column: string, or number; nothing"]);
});
