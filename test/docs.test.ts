import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../errors/errors.ts";
import { agreementSpec } from "../infra/services/definition/agreement.ts";
import { runSpec } from "../infra/services/definition/run.ts";
import { serviceSpec } from "../infra/services/definition/service.ts";
import { namedDestinations, settingSpec } from "../infra/services/definition/setting.ts";
import { buildProgram } from "../study/cli.ts";
import { askSpec } from "../workloads/ask/ask.ts";
import { judgeSpec } from "../workloads/judge/judge.ts";
import { studySpec } from "../workloads/spec/spec.ts";

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), "utf8");

describe("the documentation", async () => {
  const commands = await read("docs/commands.md");
  const studies = await read("docs/studies.md");
  const services = await read("docs/services.md");
  const readme = await read("README.md");
  const program = await buildProgram([]);

  it.each(program.commands.map((command) => command.name()))("names the command %s", (name) => {
    expect(commands).toMatch(new RegExp(`^\\| \`${name}[ \`]`, "m"));
  });

  it("compares at equal rates: in each gate the second run takes the rates of the first", () => {
    const scripts = [commands, studies, services, readme].flatMap((text) =>
      [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, script]) => script!),
    );
    const gates = scripts.flatMap((script) =>
      [...script.matchAll(/testbed compare (\S+) (\S+)/g)].map(([, first]) => ({ script, first: first! })),
    );
    expect(gates.length).toBeGreaterThan(0);
    for (const { script, first } of gates.filter(({ script }) => script.includes("testbed study"))) {
      expect(script).toMatch(new RegExp(`testbed study .*--rates-of ${first}\\b`));
    }
    expect(gates.some(({ script }) => script.includes("--rates-of"))).toBe(true);
  });

  it.each(Object.entries(exitCodes))("explains the exit code %s", (kind, code) => {
    expect(commands).toContain(`| ${code} | ${kind} |`);
  });

  it.each(Object.keys(studySpec.shape))("explains the study key %s", (key) => {
    expect(studies).toContain(`\`${key}\``);
  });

  it.each([
    ...Object.keys(serviceSpec.shape),
    ...runSpec.options.flatMap(({ shape }) => Object.keys(shape)),
    ...runSpec.options.map(({ shape }) => shape.kind.value),
    ...settingSpec.options.flatMap(({ shape }) => Object.keys(shape)),
    ...namedDestinations.filter((name) => !name.includes("liveness")),
    ...Object.keys(askSpec.shape),
    ...Object.keys(judgeSpec.shape),
    ...Object.keys(agreementSpec.shape),
  ])("explains the key %s of a service", (key) => {
    const last = key.startsWith("lifecycle.") ? key.split(".").at(-1)! : key;
    expect(services).toMatch(new RegExp(`[\`"{ .]${last}[\`": }]`));
  });

  it("shows in the README only commands that there are", () => {
    const shown = [...readme.matchAll(/npx testbed ([a-z]+)/g)].map(([, name]) => name);
    expect(shown.length).toBeGreaterThan(5);
    expect(program.commands.map((command) => command.name())).toEqual(expect.arrayContaining(shown));
  });

  it("shows in the README only npm scripts that there are", async () => {
    const { scripts } = JSON.parse(await read("package.json"));
    const shown = [...readme.matchAll(/^npm (?!install )(?:run )?([a-z:]+)/gm)].map(([, name]) => name);
    expect(shown.every((name) => name! in scripts)).toBe(true);
  });
});
