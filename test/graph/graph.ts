/** The resource graph that a piece of a Pulumi program asks for, without an engine. */
import * as pulumi from "@pulumi/pulumi";
import type { GraphResource } from "../../infra/rules/index.ts";

const asked: GraphResource[] = [];

/** Must be called before anything else of a test file makes a resource. */
export async function useMocks(): Promise<void> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        asked.push({ type, name, inputs });
        const metadata = { name, ...inputs.metadata };
        return { id: name, state: { ...inputs, metadata } };
      },
      call: ({ inputs }) => inputs,
    },
    "serving-testbed",
    "k3s.test",
  );
}

/** The SDK has it and does not declare it. */
const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };

/** A resource that waits for another's output is asked for only then: until nothing more comes. */
async function settled(): Promise<void> {
  for (let before = -1; before !== asked.length; ) {
    before = asked.length;
    await waitForRPCs();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Everything that `build` asked for, once all of it is known. */
export async function graphOf(build: () => void): Promise<readonly GraphResource[]> {
  asked.length = 0;
  build();
  await settled();
  return [...asked];
}
