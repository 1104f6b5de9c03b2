/** The receiver as the benchmark sees it. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { typescriptArguments } from "../../workloads/generator/typescript.ts";
import type { FromReceiver, ToReceiver } from "./receiver.ts";

export interface Receiver {
  readonly url: string;
  reset(): Promise<void>;
  report(): Promise<{ readonly arrivals: Float64Array; readonly cpuSeconds: number }>;
  close(): void;
}

export async function startReceiver(): Promise<Receiver> {
  const child = fork(fileURLToPath(new URL("./receiver.ts", import.meta.url)), [], {
    execArgv: [...typescriptArguments],
    serialization: "advanced",
  });
  const said = <Type extends FromReceiver["type"]>(type: Type) =>
    new Promise<Extract<FromReceiver, { type: Type }>>((resolve) => {
      const listen = (message: FromReceiver) => {
        if (message.type !== type) return;
        child.off("message", listen);
        resolve(message as Extract<FromReceiver, { type: Type }>);
      };
      child.on("message", listen);
    });
  const ask = <Type extends ToReceiver["type"]>(type: Type) => {
    const answer = said(type);
    child.send({ type } satisfies ToReceiver);
    return answer;
  };
  const { port } = await said("listening");
  return {
    url: `http://127.0.0.1:${port}/classify`,
    reset: () => ask("reset").then(() => {}),
    report: () => ask("report"),
    close: () => child.disconnect(),
  };
}
