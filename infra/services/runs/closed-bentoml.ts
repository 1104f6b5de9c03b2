/** The script that serves like `bentoml serve`, but without the open ports of its supervisor. */
import { join } from "node:path";
import { packageRoot } from "../../workspace/paths.ts";

export const closedBentoml = join(packageRoot, "infra", "services", "runs", "bentoml_closed.py");
