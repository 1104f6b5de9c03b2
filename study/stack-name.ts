/** A stack's name as a person types it, checked against the rooms before anything slow is begun. */
import { TestbedError } from "../errors.ts";
import { type Address, parseStackName } from "../infra/address.ts";
import { type Target, targets } from "../infra/targets/index.ts";
import { nameProblems } from "../problems.ts";
import { knownNames } from "./known-names.ts";

/** @throws TestbedError (badInput) where no target or variant answers to the name */
export function knownStack(name: string): Address {
  const address = parseStackName(name);
  const problems = [
    ...nameProblems("target", address.target, knownNames.targets),
    ...(address.layer === "serving" ? nameProblems("variant", address.variant, knownNames.variants) : []),
  ];
  const misplaced =
    address.layer === "serving" ? knownNames.misplaced("variant", address.target, address.variant) : [];
  const target: Target | undefined = targets[address.target as keyof typeof targets];
  if (target?.standsAlone !== undefined) {
    throw new TestbedError("badInput", `the target ${address.target} has no stacks`, {
      problems: [{ path: "target", expected: "one that Pulumi brings up", got: address.target }],
      hint: "A study brings its variants up by itself; infra/targets/simulated/main.ts serves a queue by hand.",
    });
  }
  if (misplaced.length > 0) {
    throw new TestbedError("badInput", `${name} cannot be brought up`, {
      problems: misplaced,
      hint: "The target k3s runs replicas.",
    });
  }
  if (problems.length === 0) return address;
  throw new TestbedError("badInput", `there is no stack ${name}`, {
    problems,
    hint: "`testbed list` shows targets and variants.",
  });
}
