/** Where the script is that serves as `bentoml serve` does, without its supervisor's open ports. */
import { join } from "node:path";
import { packageRoot } from "../../workspace/paths.ts";

export const closedBentoml = join(packageRoot, "infra", "services", "runs", "bentoml_closed.py");
