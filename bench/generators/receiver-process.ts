/** The receiver as the benchmark sees it. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { memoryArguments } from "../../workloads/generator/processes.ts";
import { typescriptArguments } from "../../workloads/typescript/typescript.ts";
import type { FromReceiver, ToReceiver } from "./receiver.ts";

export interface Receiver {
  readonly url: string;
  /** Forgets what came before. @returns whether it is in the real-time class, as it is where `precise` and allowed */
  reset(precise: boolean): Promise<boolean>;
  report(): Promise<{ readonly arrivals: Float64Array; readonly cpuSeconds: number }>;
  close(): void;
}

export async function startReceiver(): Promise<Receiver> {
  const child = fork(fileURLToPath(new URL("./receiver.ts", import.meta.url)), [], {
    execArgv: [...typescriptArguments, ...memoryArguments],
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
  const ask = <Message extends ToReceiver>(message: Message) => {
    const answer = said<Message["type"]>(message.type);
    child.send(message);
    return answer;
  };
  const { port } = await said("listening");
  return {
    url: `http://127.0.0.1:${port}/classify`,
    reset: (precise) => ask({ type: "reset", precise }).then(({ realTime }) => realTime),
    report: () => ask({ type: "report" }),
    close: () => child.disconnect(),
  };
}
