/** Work that is many independent pieces, spread over processes. A worker's file calls `work`, the command `inParallel`. */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/**
 * @param file of the worker
 * @param jobs each is sent as JSON, whose NaN is null
 * @param found called with each answer as it comes, in no order
 * @param processes as many as there are cores unless said otherwise
 * @throws where a worker ends before its work does; the others are ended
 */
export async function inParallel<Job, Answer>(
  file: URL,
  jobs: readonly Job[],
  found: (job: Job, answer: Answer) => void,
  processes = availableParallelism(),
): Promise<void> {
  const left = [...jobs];
  const workers = Array.from({ length: Math.min(processes, jobs.length) }, () => fork(fileURLToPath(file)));
  const ended = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        let job: Job | undefined;
        const next = () => {
          job = left.shift();
          if (job === undefined) worker.disconnect();
          else worker.send({ job });
        };
        worker.on("message", ({ answer }: { answer: Answer }) => {
          found(job!, answer);
          next();
        });
        worker.on("error", reject);
        worker.on("exit", (code) =>
          job === undefined
            ? resolve()
            : reject(new Error(`a worker ended with ${code} at ${JSON.stringify(job)}`)),
        );
        next();
      }),
  );
  try {
    await Promise.all(ended);
  } finally {
    for (const worker of workers) worker.kill();
  }
}

/** In a worker: answers jobs until the command has no more. */
export function work<Job, Answer>(answerTo: (job: Job) => Answer | Promise<Answer>): void {
  process.on("message", async ({ job }: { job: Job }) => {
    process.send!({ answer: await answerTo(job) });
  });
}
