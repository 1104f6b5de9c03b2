/** One resource type of the stand-in. An input that its schema does not name is refused. */
import type { z } from "zod";
import type { DockerEngine } from "../../../docker/engine.ts";

export interface Kind<Inputs> {
  readonly inputs: z.ZodType<Inputs>;
  /** @throws Error where it could not be made; nothing is left then */
  create(inputs: Inputs, engine: DockerEngine): Promise<Made>;
  /** @returns what the engine says of it now; null where it is gone or has ended */
  read(id: string, inputs: Inputs, engine: DockerEngine): Promise<object | null>;
  /** Idempotent. */
  remove(id: string, inputs: Inputs, engine: DockerEngine): Promise<void>;
}

export interface Made {
  readonly id: string;
  /** What a program may ask of it beside its inputs. */
  readonly outputs: object;
}
