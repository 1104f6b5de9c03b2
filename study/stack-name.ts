/** A stack's name as a person types it, checked against the rooms before anything slow is begun. */
import { type Problem, TestbedError } from "../errors.ts";
import { type Address, parseStackName } from "../infra/address.ts";
import { knownNames } from "./known-names.ts";

/** @throws TestbedError (badInput) where no target or variant answers to the name */
export function knownStack(name: string): Address {
  const address = parseStackName(name);
  const problems: Problem[] = [];
  const expectName = (path: string, got: string, among: readonly string[]) => {
    if (!among.includes(got)) problems.push({ path, expected: `one of ${among.join(", ")}`, got });
  };
  expectName("target", address.target, knownNames.targets);
  if (address.layer === "serving") expectName("variant", address.variant, knownNames.variants);
  if (problems.length === 0) return address;
  throw new TestbedError("badInput", `there is no stack ${name}`, {
    problems,
    hint: "`testbed list` shows targets and variants.",
  });
}
