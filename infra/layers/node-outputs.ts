/** The outputs of another stack of this project, checked. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { TestbedError } from "../../errors/errors.ts";

/** @throws TestbedError where that stack is not up */
export async function outputsOf<T extends z.ZodRawShape>(stack: string, shape: z.ZodObject<T>) {
  const reference = new pulumi.StackReference("node", {
    name: `organization/${pulumi.getProject()}/${stack}`,
  });
  const outputs = await Promise.all(
    Object.keys(shape.shape).map(async (key) => {
      const { value, secretValue } = await reference.getOutputDetails(key);
      return [key, value ?? secretValue] as const;
    }),
  );
  const parsed = shape.safeParse(Object.fromEntries(outputs));
  if (parsed.success) return parsed.data;
  throw new TestbedError("provisionFailed", `${stack} is not up`, { hint: `npx testbed up ${stack}` });
}
