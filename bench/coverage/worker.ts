import { work } from "../parallel.ts";
import { type Job, simulated } from "./cells.ts";

work(({ cells, runs }: Job) => cells.map((cell) => simulated(cell, runs)));
