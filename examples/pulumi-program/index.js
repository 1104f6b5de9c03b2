// @ts-check
import * as pulumi from "@pulumi/pulumi";
import { ProcessService } from "serving-testbed/components";

const config = new pulumi.Config();

/** A server of yours as a resource: up once it answers, replaced when its words change, gone with the stack. */
const greetings = new ProcessService("greetings", {
  command: ["node", "server.js", "{port}"],
  cwd: import.meta.dirname,
  environment: { WORDS: config.get("words") ?? "3" },
  readyPath: "/healthz",
});

export const url = pulumi.interpolate`${greetings.url}/greet`;
export const { logFile, readySeconds } = greetings;
