import { expect, it } from "vitest";
import { figure, ratioText } from "../../analysis/words.ts";

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
])("the ratio %s is written %s and never as nothing", (value, text) => {
  expect(ratioText(value)).toBe(text);
});
