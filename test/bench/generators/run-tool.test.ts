import { expect, it } from "vitest";
import { badExit } from "../../../bench/generators/run-tool.ts";

it("a tool that ends badly is quoted with the end of what it said", () => {
  const said = Array.from({ length: 40 }, (_, i) => `line ${i}`).join("\n");
  const message = badExit("aiperf", 1, `${said}\n\nno tokenizer\n`, "banner\n");
  expect(message).toMatch(/^aiperf ended with code 1\n/);
  expect(message).toMatch(/\nno tokenizer$/);
  expect(message).not.toContain("line 1\n");
  expect(badExit("k6", undefined, "", "")).toBe("k6 ended by a signal");
});
