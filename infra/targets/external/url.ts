/** Running services: nothing is deployed, each variant is a URL. */
import { TestbedError } from "../../../errors/errors.ts";
import { readAuthority } from "../../../workloads/ask/certificate-authority.ts";
import { saysReady } from "../../plugin/kinds/process/ready-probe.ts";
import { urlOf } from "../../services/definition/variant.ts";
import { variantOf } from "../../services/load.ts";
import type { Target } from "../target.ts";

const answerWithinMs = 5_000;

export const urlTarget: Target = {
  description: "a running service at the URL of each variant; nothing is deployed",
  overheadSeconds: { perDeployment: 1, perLoadJob: 0 },
  standsAlone: { model: null },
  runsAlready: true,
  notes: () => [
    "The services were running already and nothing was deployed: their other load and their hardware are not known. Response times include the network to them.",
  ],
  open({ service }) {
    const { certificateAuthority: file } = service.spec.ask;
    const authority = () => {
      const read = file === undefined ? undefined : readAuthority(file, service.folder);
      return typeof read === "string" ? read : undefined;
    };
    return {
      async up(variant) {
        const base = urlOf(service.spec, variantOf(service, variant));
        if (base === undefined) {
          throw new TestbedError("badInput", `${variant} has no address`, {
            problems: [
              { path: "run.url", expected: "a URL, or a setting that goes to `url`", got: "nothing" },
            ],
          });
        }
        return {
          url: addressOf(base, service.spec.ask.path),
          logFile: "where the service runs, if anywhere",
          readySeconds: 0,
          identity: base,
        };
      },
      // It was there before and stays.
      async down() {},
      /** It is there. No request but the load's own is sent to it, unless the service names a path for that. */
      alive: ({ url }) =>
        saysReady(new URL(url).origin, service.spec.ready.path, answerWithinMs, authority()),
    };
  },
};

/** The path of a request below a service's address; a request to `/` is to the address as it is. */
export function addressOf(base: string, path: string): string {
  if (path === "/") return base;
  return `${base.replace(/\/+$/, "")}${path}`;
}

/** As `addressOf`, for an address that may hold the path already. */
export function atPath(url: string, path: string): string {
  return URL.canParse(url) && new URL(url).pathname === "/" ? addressOf(url, path) : url;
}
