/**
 * The rules of this project as a policy pack: `pulumi preview --policy-pack infra/policy` refuses a program that breaks
 * a rule.
 */
import { PolicyPack } from "@pulumi/policy";
import { type Rule, rules } from "../rules/index.ts";

new PolicyPack("testbed", {
  policies: Object.entries(rules).map(([name, rule]: [string, Rule]) => ({
    name,
    description: rule.says,
    enforcementLevel: "mandatory" as const,
    validateStack({ resources }, report) {
      const graph = resources.map(({ type, name: resource, props }) => ({
        type,
        name: resource,
        inputs: props,
      }));
      for (const { resource, got } of rule.violations(graph))
        report(`${resource}: ${rule.says}; got: ${got}`);
    },
  })),
});
