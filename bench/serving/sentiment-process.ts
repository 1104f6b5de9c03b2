/** A configuration of the sentiment service as a process, whether or not the room has it: for benchmarks and tests. */
import { processInputs } from "../../infra/layers/serving.ts";
import type { ServiceInputs } from "../../infra/plugin/kinds/process/service.ts";
import { environmentOf } from "../../infra/services/definition/variant.ts";
import { loadService, variantOf, withChoices } from "../../infra/services/load.ts";
import { choiceOf } from "../../infra/services/sentiment/definition.ts";
import type { Variant as RoomVariant } from "../../infra/variants/index.ts";

export interface SentimentProcessOptions {
  /** Names its log. */
  readonly name: string;
  readonly variant: RoomVariant;
  readonly python: string;
  readonly prepared: { readonly directory: string; readonly digest: string };
}

export async function sentimentProcess(options: SentimentProcessOptions): Promise<ServiceInputs> {
  const { name, variant, python, prepared } = options;
  const service = await configured(variant);
  return processInputs({
    name,
    recorded: { service },
    variant: variantOf(service, chosen),
    place: {
      python,
      environment: { TESTBED_MODEL_DIR: prepared.directory },
      digest: prepared.digest,
    },
  });
}

/** The settings as the service reads them. */
export async function sentimentEnvironment(variant: RoomVariant): Promise<Record<string, string>> {
  const service = await configured(variant);
  return environmentOf(service.spec, variantOf(service, chosen));
}

const chosen = "chosen";

async function configured(variant: RoomVariant) {
  return withChoices(await loadService("sentiment"), { [chosen]: choiceOf(variant) });
}
