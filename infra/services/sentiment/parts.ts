/**
 * The code parts of the sentiment service. Heavy modules are imported on first use, because a program must start fast.
 */
import { payloads } from "../../../workloads/payloads/index.ts";
import { lawOf } from "../../known-answer/laws.ts";
import { models } from "../../models/index.ts";
import { cacheRoot } from "../../toolchain/provide/cache.ts";
import { readEnvironment } from "../../workspace/environment-file.ts";
import type { OwnParts } from "../parts/built-in-parts.ts";

export const sentimentParts: OwnParts = {
  models,
  defaultModel: "roberta-base",
  payloads,
  defaultPayload: "reviews-and-tweets",
  python: async (options) => (await import("../../toolchain/python.ts")).providePython(options),
  async prepare(model, { python, root = cacheRoot(), progress }) {
    const { prepareModel } = await import("../../models/prepare.ts");
    return prepareModel(model, { python, cacheRoot: root, progress });
  },
  async place(model) {
    const { python, model: prepared } = await readEnvironment(model);
    return { python, environment: { TESTBED_MODEL_DIR: prepared.directory }, digest: prepared.digest };
  },
  probe: JSON.stringify({ texts: ["Is the model awake?"] }),
  image: {
    port: 3000,
    async provide(variant, model, { python, ...options }) {
      const { imageRuntime, provideServingImage } = await import("../../images/serving.ts");
      return provideServingImage(imageRuntime(variant.settings), model, python, options);
    },
    async find(variant, model) {
      const { findServingImage, imageRuntime } = await import("../../images/serving.ts");
      const { model: prepared } = await readEnvironment(model);
      return findServingImage(imageRuntime(variant.settings), { name: model, ...prepared });
    },
  },
  paper: true,
  law: ({ settings }) => lawOf(settings),
  rated: async () => (await import("../../../workloads/payloads/corpus.ts")).readCorpus(),
};
