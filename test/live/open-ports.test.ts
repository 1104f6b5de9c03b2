/** A running service is open for requests, on the loopback address, and for nothing else. */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { sentimentProcess } from "../../bench/serving/sentiment-process.ts";
import { marked } from "../../infra/host/process.ts";
import { createService, deleteService } from "../../infra/plugin/kinds/process/service.ts";
import { type VariantName, variants } from "../../infra/variants/index.ts";
import { readEnvironment } from "../../infra/workspace/environment-file.ts";
import { listeningOf } from "./open-ports.ts";
import { setUpTiny } from "./set-up-tiny.ts";

it.each(["baseline", "optimized"] satisfies VariantName[])(
  "%s listens on its own port and on private sockets only: nobody else can command its supervisor",
  async (name) => {
    await setUpTiny();
    const { python, model: prepared } = await readEnvironment("tiny");
    const variant = variants[name];
    const inputs = await sentimentProcess({ name: `test.open-ports-${name}`, variant, python, prepared });
    const service = await createService(inputs, new AbortController().signal);
    try {
      const pids = marked(service.token);
      expect(pids.length).toBeGreaterThan(1);
      const places = [...new Set(listeningOf(pids).map(({ at }) => at))].sort();
      const tcp = places.filter((place) => /:\d+$/.test(place));
      expect(tcp).toEqual([`127.0.0.1:${service.port}`]);
      for (const path of places.filter((place) => !tcp.includes(place))) {
        expect(path).toMatch(/^\//);
        // Whoever may enter the folder may connect.
        expect(statSync(dirname(path)).mode & 0o077).toBe(0);
      }
    } finally {
      await deleteService(service);
    }
  },
);
