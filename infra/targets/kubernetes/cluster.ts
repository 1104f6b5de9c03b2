import { type Problem, TestbedError } from "../../../errors/errors.ts";
import { repositoryOf, whyNoRegistry } from "../../images/oci/registry.ts";
import { readSettings } from "../../workspace/settings-file.ts";
import type { Target } from "../target.ts";
import { provideForCluster } from "./cluster-parts.ts";
import type { ClusterSite } from "./cluster-site.ts";
import { openOnCluster } from "./cluster-target.ts";

const site: ClusterSite = {
  target: "cluster",
  async bringUp() {
    const { kubeContext } = await import("../../workspace/kube-context.ts");
    const settings = await readSettings("cluster");
    const { kubeconfig, identity } = kubeContext(settings);
    const context = { name: settings.context, identity };
    return {
      kubeconfig,
      // The cluster existed before and stays; its callers see whether it still answers.
      ours: false,
      isAlive: async () => true,
      disruptable: async () => ({
        service: { target: "cluster", cluster: { kubeconfig: settings.kubeconfig, context } },
      }),
    };
  },
  takeDown: async () => undefined,
  async reach(kubeconfig, namespace) {
    const { relayTo } = await import("./pods/service-relay.ts");
    return relayTo(kubeconfig, { namespace, service: "serving", port: "http" });
  },
};

/**
 * An existing cluster, for users who outgrow one machine. It needs only an API server and the ability to pull images.
 */
export const clusterTarget: Target = {
  description: "your own cluster: --context of the kubeconfig, images pushed to --registry",
  overheadSeconds: { perDeployment: 23, perLoadJob: 16 },
  pods: true,
  notes: ({ isDisrupted }) => [
    "The cluster is not the testbed's: other work on its nodes is not known.",
    "Capacity was measured through the cluster's API server, which adds to each response time; the trials' load did not pass it" +
      (isDisrupted
        ? ", except in trials with a disruption: there the API server passes each request to a pod of its own choice."
        : "."),
  ],

  async provide(context) {
    const settings = await readSettings("cluster");
    const { kubeContext } = await import("../../workspace/kube-context.ts");
    const { kubeconfig, server } = kubeContext(settings);
    const { whyNoCluster } = await import("./cluster-version.ts");
    const version = await whyNoCluster(kubeconfig);
    const { server: registry } = repositoryOf(settings.registry, "");
    const noRegistry = await whyNoRegistry(registry);
    const problems: Problem[] = [
      ...("why" in version
        ? [{ path: "--context", expected: `an answer of ${server}`, got: version.why }]
        : []),
      ...(noRegistry === null
        ? []
        : [{ path: "--registry", expected: "a registry that answers", got: noRegistry }]),
    ];
    if ("why" in version || noRegistry !== null) {
      throw new TestbedError("missingPart", "the cluster cannot be used in its present state", { problems });
    }
    return provideForCluster(context, [
      {
        part: "cluster",
        version: version.version,
        origin: `context ${settings.context}`,
        path: server,
        note: "not the testbed's: other work on its nodes is unknown",
      },
      { part: "registry", version: "", origin: settings.registry, path: registry, note: "" },
    ]);
  },

  open: (context) => openOnCluster(site, context),
};
