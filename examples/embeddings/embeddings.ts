import { defineService } from "serving-testbed";

/** Two BentoML services, one behind the other; real weights; what a variant may choose goes to their environment. */
export default defineService({
  name: "embeddings",
  description: "MiniLM sentence embeddings, a BentoML service with a batching encoder behind it",
  run: { kind: "bentoml", project: ".", requirements: "requirements.lock" },
  settings: {
    batch: { type: "integer", default: 1, minimum: 1, maximum: 64, to: { environment: "BATCH" } },
    maxTokens: { type: "integer", default: 128, minimum: 8, maximum: 512, to: { environment: "MAX_TOKENS" } },
    threads: {
      type: "integer",
      default: 1,
      minimum: 1,
      maximum: 16,
      to: { environment: "OPENBLAS_NUM_THREADS" },
    },
  },
  variants: {
    baseline: { description: "a sentence at a time" },
    batched: { description: "up to 16 requests in one batch", batch: 16 },
    // Cuts sentences off: faster, and its vectors are others.
    "eight-tokens": {
      description: "the first eight tokens only",
      maxTokens: 8,
      agreement: { cosine: { least: 0.2 } },
    },
  },
  startSeconds: 120,
  ask: {
    path: "/embed",
    payload: { file: "sentences.txt", template: '{"text": "{{text}}"}', licence: "CC0-1.0" },
  },
  judge: { status: [200], json: [{ pointer: "/model", equals: "all-MiniLM-L6-v2" }], vector: "/embedding" },
  // Batches are padded, which moves the last digits of a vector and nothing else.
  agreement: { cosine: { least: 0.999 } },
});
