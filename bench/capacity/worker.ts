import { queues } from "../coverage/queues.ts";
import { work } from "../parallel.ts";
import { foundBy, type Job } from "./rows.ts";

work(({ queue, rows, seed }: Job) => foundBy(queues.find(({ name }) => name === queue)!, rows, seed));
