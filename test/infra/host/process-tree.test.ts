import { expect, it } from "vitest";
import { rolesOf, type TreeProcess } from "../../../infra/host/process-ownership.ts";

const one = (pid: number, parent: number, kind: TreeProcess["kind"] = "service"): TreeProcess => ({
  pid,
  parent,
  kind,
});
const roles = (processes: readonly TreeProcess[], ...listening: number[]) =>
  Object.fromEntries(rolesOf(processes, (pid) => listening.includes(pid)));

it("a server that listens for its children is the server, and those that listen with it are its workers", () => {
  const tree = [one(10, 1), one(11, 10), one(12, 10), one(13, 10), one(14, 12)];
  expect(roles(tree, 10, 11, 12)).toEqual({ 10: "server", 11: "worker", 12: "worker" });
});

it("a single process is a server without workers", () => {
  expect(roles([one(10, 1)], 10)).toEqual({ 10: "server" });
});

it("a shell or a package manager around the server is passed over", () => {
  const tree = [one(10, 1), one(11, 10), one(12, 11), one(13, 12)];
  expect(roles(tree, 12, 13)).toEqual({ 12: "server", 13: "worker" });
});

it("our own supervisor and a pod's sandbox are no part of the service", () => {
  const supervised = [one(5, 1, "supervisor"), one(10, 5), one(11, 10)];
  expect(roles(supervised, 10, 11)).toEqual({ 5: "supervisor", 10: "server", 11: "worker" });
  const pod = [one(7, 2, "sandbox"), one(20, 3), one(21, 20)];
  expect(roles(pod, 20, 21)).toEqual({ 20: "server", 21: "worker" });
});
