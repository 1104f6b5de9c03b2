/**
 * A runner in the middle of a disruption, to be killed there:
 *
 *   hold-disruption.ts <name> <url> <subject as JSON>     writes it down, does it, says "injected", and waits
 *
 * A disruption of the path gets it from here, as from the runner, and the subject without it.
 */
import type { Disruption } from "../../infra/disruptions/disruption.ts";
import { disruptions } from "../../infra/disruptions/index.ts";
import { noteDown } from "../../infra/disruptions/journal/journal.ts";

const [name = "", url = "", json = ""] = process.argv.slice(2);
const disruption: Disruption = disruptions[name as keyof typeof disruptions];
const route = await disruption.route?.(url);
const subject = { ...JSON.parse(json), ...(route === undefined ? {} : { path: route.handle }) };
noteDown({ disruption: name, service: "the test's", subject });
await disruption.inject(subject);
process.stdout.write(`injected ${JSON.stringify(route?.handle ?? null)}\n`);
setInterval(() => {}, 1_000);
