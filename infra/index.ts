/** The Pulumi entry: stack name -> layer -> outputs. */
import * as pulumi from "@pulumi/pulumi";
import { TestbedError } from "../errors.ts";
import { parseStackName } from "./address.ts";
import { processServing } from "./layers/serving.ts";

export default async function program() {
  const stack = pulumi.getStack();
  const address = parseStackName(stack);
  if (address.target === "process" && address.layer === "serving") {
    return processServing({
      stack,
      variant: address.variant,
      model: process.env.TESTBED_MODEL ?? "roberta-base",
    });
  }
  throw new TestbedError("badInput", `nothing is known of the stack ${stack}`, {
    problems: [{ path: "stack", expected: "process.<variant>", got: stack }],
  });
}
