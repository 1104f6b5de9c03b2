/**
 * The results of set-up, for Pulumi programs to read: `.testbed/environment.json`. A program must start fast and must
 * do the same whether the runner or a person typed `pulumi up`, so it provides nothing itself.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { TestbedError } from "../../errors/errors.ts";
import { writeWhole } from "../../files/whole-file.ts";
import { privateFolder } from "./paths.ts";

const preparedModel = z.strictObject({ directory: z.string(), digest: z.string() });

const environmentFile = z.strictObject({
  /** Interpreter of the served model's environment. */
  python: z.string(),
  models: z.record(z.string(), preparedModel),
});
export type EnvironmentFile = z.infer<typeof environmentFile>;

const path = join(privateFolder, "environment.json");

/** Adds the model to those that were prepared before. */
export async function writeEnvironment(found: {
  readonly python: string;
  readonly model: { readonly name: string; readonly directory: string; readonly digest: string };
}): Promise<void> {
  const before = await readFile(path, "utf8")
    .then((text) => environmentFile.parse(JSON.parse(text)).models)
    .catch(() => ({}));
  const { name, directory, digest } = found.model;
  const content: EnvironmentFile = {
    python: found.python,
    models: { ...before, [name]: { directory, digest } },
  };
  await writeWhole(path, `${JSON.stringify(content, null, 2)}\n`);
}

export async function readEnvironment(
  model: string,
): Promise<{ python: string; model: z.infer<typeof preparedModel> }> {
  const parsed = environmentFile.safeParse(
    await readFile(path, "utf8")
      .then(JSON.parse)
      .catch(() => undefined),
  );
  const prepared = parsed.data?.models[model];
  if (!parsed.success || prepared === undefined) {
    throw new TestbedError("missingPart", `the model ${model} is not set up`, {
      hint: `npx testbed setup --model ${model}`,
    });
  }
  return { python: parsed.data.python, model: prepared };
}
