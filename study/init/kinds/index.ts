/** The kinds of service that `testbed init` recognises, tried in this order. To add one: one file and one line here. */
import type { Kind } from "../sketch/sketch.ts";
import { bentoml } from "./bentoml.ts";
import { docker } from "./docker.ts";
import { fastapi } from "./fastapi.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { node } from "./node.ts";
import { python } from "./python.ts";
import { rust } from "./rust.ts";

export const kinds = { bentoml, fastapi, python, go, rust, java, node, docker } satisfies Record<
  string,
  Kind
>;
