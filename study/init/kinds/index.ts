/** What `testbed init` knows when it sees it, in this order. A new kind is one file and one line here. */
import type { Kind } from "../sketch.ts";
import { bentoml } from "./bentoml.ts";
import { docker } from "./docker.ts";
import { fastapi } from "./fastapi.ts";
import { node } from "./node.ts";

export const kinds = { bentoml, fastapi, node, docker } satisfies Record<string, Kind>;
