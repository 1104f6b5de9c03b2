/** A stack's name as a person types it, checked against the catalogs before any slow step. */
import { TestbedError } from "../../errors/errors.ts";
import { nameProblems } from "../../errors/problems.ts";
import { type Address, parseStackName } from "../../infra/layers/address.ts";
import { defaultService, loadService, recordedService, type Service } from "../../infra/services/index.ts";
import { type Target, targets } from "../../infra/targets/index.ts";
import { knownNames, knownNamesOf, variantProblems } from "./catalog.ts";

export interface KnownStack {
  readonly address: Address;
  /** Of the stack of a variant: its service. */
  readonly service: Service;
}

/**
 * @param file of the service, where this command names one; else what an earlier command has said of it
 * @throws TestbedError (badInput) where no target, service or variant answers to the name
 */
export async function knownStack(name: string, file?: string): Promise<KnownStack> {
  const address = parseStackName(name);
  const serviceName = address.layer === "serving" ? (address.service ?? defaultService) : defaultService;
  const service = file === undefined ? (await recordedService(serviceName)).service : await loadService(file);
  const known = knownNamesOf(service);
  const problems = [
    ...nameProblems("target", address.target, knownNames.targets),
    ...nameProblems("service", serviceName, [service.spec.name]),
    ...(address.layer === "serving" ? variantProblems("variant", address.variant, known) : []),
  ];
  const misplaced =
    address.layer === "serving" ? known.misplaced("variant", address.target, address.variant) : [];
  const target: Target | undefined = targets[address.target as keyof typeof targets];
  if (target?.standsAlone !== undefined) {
    throw new TestbedError("badInput", `the target ${address.target} has no stacks`, {
      problems: [{ path: "target", expected: "one that Pulumi brings up", got: address.target }],
      hint: "A study brings its variants up by itself; infra/known-answer/main.ts serves a queue by hand.",
    });
  }
  if (misplaced.length > 0) {
    throw new TestbedError("badInput", `${name} cannot be brought up`, {
      problems: misplaced,
      hint: "The target k3s runs replicas.",
    });
  }
  if (problems.length === 0) return { address, service };
  throw new TestbedError("badInput", `there is no stack ${name}`, {
    problems,
    hint: "`testbed list` shows targets and variants.",
  });
}
