/** The load job's stack as a graph: that no rule is broken, and whom its pods may ask. */
import { beforeAll, expect, it } from "vitest";
import { LoadJob } from "../../infra/components/load-job.ts";
import { broken } from "../../infra/rules/index.ts";
import { graphOf, useMocks } from "./graph.ts";

beforeAll(useMocks);

const stackOf = (podNetwork: string | undefined) =>
  graphOf(() => {
    new LoadJob("load", {
      name: "testbed-load-1",
      image: `testbed.local/load@sha256:${"0".repeat(64)}`,
      imagePullPolicy: "Never",
      workers: 2,
      share: "{}",
      deadlineSeconds: 60,
      podNetwork,
    });
  });

it("a load job breaks no rule, and has as many pods as workers", async () => {
  const graph = await stackOf("10.42.0.0/16");
  expect(broken(graph)).toEqual([]);
  const { hard } = graph.find(({ type }) => type.endsWith(":ResourceQuota"))!.inputs.spec;
  expect(hard).toMatchObject({ pods: "2", "limits.cpu": "4", "services.nodeports": "0" });
});

it("its pods ask services alone, and are asked by no pod", async () => {
  const graph = await stackOf("10.42.0.0/16");
  const { ingress, egress } = graph.find(({ type }) => type.endsWith(":NetworkPolicy"))!.inputs.spec;
  const noPod = { ipBlock: { cidr: "0.0.0.0/0", except: ["10.42.0.0/16"] } };
  expect(ingress).toEqual([{ from: [noPod], ports: [{ protocol: "TCP", port: 8080 }] }]);
  expect(egress).toEqual([
    { to: [{ namespaceSelector: { matchLabels: { "app.kubernetes.io/component": "serving" } } }] },
  ]);
});

it("on a cluster of somebody's own there is no policy: its owner says who speaks to whom", async () => {
  const types = (await stackOf(undefined)).map(({ type }) => type);
  expect(types).toContain("kubernetes:core/v1:ResourceQuota");
  expect(types).not.toContain("kubernetes:networking.k8s.io/v1:NetworkPolicy");
});
