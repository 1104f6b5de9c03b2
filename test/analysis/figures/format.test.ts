import { expect, it } from "vitest";
import { decimals, figure, pText, ratioText } from "../../../analysis/figures/format.ts";

it.each([
  [1e-7, "1.00e-7"],
  [0.2134, "0.213"],
  [4.7, "4.70"],
  [125.4, "125"],
])("%s is written %s, never a thousandfold of itself", (value, text) => {
  expect(figure(value)).toBe(text);
  expect(Math.abs(Number(text) / value - 1)).toBeLessThan(0.01);
});

it.each([
  [0.0012, "0.0012"],
  [0.21, "0.21"],
  [1.02, "1.02"],
  [1, "1.00"],
  [1.0013, "1.001"],
  [0.99996, "0.99996"],
])("the ratio %s is written %s and never as nothing", (value, text) => {
  expect(ratioText(value)).toBe(text);
});

it.each([
  [0.0503, "p = .0503"],
  [0.05004, "p = .05004"],
  [0.05, "p = .05"],
  [0.04996, "p = .04996"],
  [0.047, "p = .047"],
  [0.00391, "p = .0039"],
  [0.21, "p = .21"],
])("a p of %s is written %s, never as a level that it is not", (p, text) => {
  expect(pText(p)).toBe(text);
});

it("an alpha is written as it was set", () => {
  expect([0.05, 0.01, 0.1].map(decimals)).toEqual([".05", ".01", ".1"]);
});
