/**
 * Stacks through the Automation API with the local program: exactly what `pulumi up -s <stack>` typed by hand does,
 * with the same backend and environment.
 */
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { TestbedError } from "../../errors/errors.ts";
import { makePrivate } from "../../files/private-folder.js";
import { engineTemporary } from "../host/engine-temporary.ts";
import { stopNamesakes } from "../host/started-services.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { privateFolder, workspace as workspaceFolder } from "../workspace/paths.ts";
import { provideProject } from "../workspace/project.ts";
import { type StackConfig, writeConfig } from "../workspace/stack-config.ts";
import { engineError } from "./engine-error.ts";
import { endHolders, freeDeadLocks, stackLocks } from "./stack-locks.ts";
import { closeFiles } from "./state-files.ts";

export interface StackResult {
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Names of outputs that are not for the screen. */
  readonly secretOutputs: readonly string[];
  readonly seconds: number;
  /** False where the stack was as it should be already. */
  readonly changed: boolean;
}

export interface StackOptions {
  readonly onOutput?: (text: string) => void;
  readonly signal?: AbortSignal;
  /** `up` and `preview`: written into the stack's configuration before; a key that is not given stays as it is there. */
  readonly config?: Partial<StackConfig>;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Values that no error is to show. */
  readonly secrets?: readonly string[];
  /** `up` only: look first at what is really there. */
  readonly refresh?: boolean;
}

export interface Stacks {
  up(name: string, options?: StackOptions): Promise<StackResult>;
  preview(
    name: string,
    options?: StackOptions,
  ): Promise<{ readonly changes: Readonly<Record<string, number>> }>;
  refresh(name: string, options?: StackOptions): Promise<void>;
  /** Takes the stack down and forgets it; a stack that does not exist is down already. */
  destroy(name: string, options?: StackOptions): Promise<void>;
  list(): Promise<readonly string[]>;
  /** Ends an engine that is still at work on the stack, and frees its lock. */
  cancel(name: string): Promise<void>;
}

export function openStacks(toolchain: Toolchain): Stacks {
  checkBackend();
  const environment = pulumiEnvironment(toolchain);
  let engine: ReturnType<typeof loadEngine> | undefined;
  const loadedEngine = () => {
    engine ??= loadEngine(toolchain);
    return engine;
  };

  const workspace = async () => {
    makePrivate(stateFolder);
    return {
      workDir: await provideProject(),
      envVars: {
        ...environment,
        ...engineTemporary(),
        DISABLE_V8_COMPILE_CACHE: "",
        TESTBED_ENGINE: toolchain.pulumi,
        NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import=${earlyEnd}`].filter(Boolean).join(" "),
      },
      pulumiCommand: (await loadedEngine()).command,
    };
  };
  const select = async (stackName: string, options: StackOptions = {}): Promise<Stack> => {
    options.signal?.throwIfAborted();
    const { LocalWorkspace } = await loadedEngine();
    const settings = await workspace();
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName, workDir: settings.workDir },
      settings,
    );
    await writeConfig(settings.workDir, stackName, options.config ?? {});
    // Pulumi only listens for an abort to come: with one that was there before, the engine would run to its end.
    options.signal?.throwIfAborted();
    return stack;
  };
  /** Null where there is no such stack: asked by name, not by listing them all. */
  const find = async (stackName: string): Promise<Stack | null> => {
    const { LocalWorkspace, StackNotFoundError } = await loadedEngine();
    const settings = await workspace();
    return LocalWorkspace.selectStack({ stackName, workDir: settings.workDir }, settings).catch(
      (error: unknown) => {
        if (error instanceof StackNotFoundError) return null;
        throw error;
      },
    );
  };
  const backend = environment.PULUMI_BACKEND_URL ?? process.env.PULUMI_BACKEND_URL ?? "";
  const locksOf = (name: string) => stackLocks(backend, name);
  const free = (name: string) => {
    const [held] = freeDeadLocks(locksOf(name));
    if (held === undefined) return;
    const { pid, hostname, timestamp } = held;
    throw new TestbedError("provisionFailed", `another Pulumi engine is working on ${name}`, {
      problems: [
        { path: name, expected: "no lock", got: `held by process ${pid} of ${hostname} since ${timestamp}` },
      ],
      hint: `Wait for it; npx testbed down ${name} ends it.`,
    });
  };
  const list = async () => {
    const { LocalWorkspace } = await loadedEngine();
    const local = await LocalWorkspace.create(await workspace());
    const found = await local.listStacks().catch((error: unknown) => {
      throw engineError("stack ls", "the backend", error);
    });
    // Stacks on a node come before the node, so that a list can be taken down in order.
    const isNode = (name: string) => name.endsWith(".node");
    return found
      .map(({ name }) => name)
      .sort((a, b) => Number(isNode(a)) - Number(isNode(b)) || a.localeCompare(b));
  };

  return {
    list,

    async up(name, options = {}) {
      const started = performance.now();
      const began = Date.now();
      free(name);
      try {
        const stack = await select(name, options);
        const { outputs, summary } = await stack.up({
          ...engineOptions(options),
          suppressOutputs: true,
          refresh: options.refresh === true,
        });
        return {
          outputs: Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value])),
          secretOutputs: Object.keys(outputs).filter((key) => outputs[key]!.secret),
          seconds: (performance.now() - started) / 1000,
          changed: Object.entries(summary.resourceChanges ?? {}).some(
            // Reading another stack's outputs changes nothing.
            ([kind, n]) => kind !== "same" && kind !== "read" && (n ?? 0) > 0,
          ),
        };
      } catch (error) {
        const log = { path: join(privateFolder, "logs", `${name}.log`), since: began };
        throw engineError("up", name, error, { signal: options.signal, log, secrets: options.secrets });
      } finally {
        closeFiles(stateFolder);
      }
    },

    async preview(name, options = {}) {
      free(name);
      try {
        const { changeSummary } = await (await select(name, options)).preview(engineOptions(options));
        return { changes: changeSummary as Record<string, number> };
      } catch (error) {
        throw engineError("preview", name, error, { signal: options.signal });
      }
    },

    async refresh(name, options = {}) {
      free(name);
      try {
        await (await select(name, options)).refresh(engineOptions(options));
      } catch (error) {
        throw engineError("refresh", name, error, { signal: options.signal });
      } finally {
        closeFiles(stateFolder);
      }
    },

    async destroy(name, options = {}) {
      free(name);
      try {
        const stack = await find(name);
        if (stack !== null) {
          await stack.destroy(engineOptions(options));
          // Another process that takes the same stack down may have been faster.
          await stack.workspace.removeStack(name).catch(async (error: unknown) => {
            if ((await find(name)) !== null) throw error;
          });
        }
        // A provider that was killed after it started a service and before it said so has left one that no state knows.
        await stopNamesakes(name);
      } catch (error) {
        throw engineError("destroy", name, error, { signal: options.signal });
      } finally {
        closeFiles(stateFolder);
      }
    },

    async cancel(name) {
      const locks = locksOf(name);
      if (locks.length > 0) return endHolders(locks);
      // Where the state is elsewhere, only the engine knows of locks.
      if (!backend.startsWith("file:")) await (await find(name))?.cancel().catch(() => undefined);
    },
  };
}

/** Half a second to load: not for a command that only asks which targets there are. */
async function loadEngine(toolchain: Toolchain) {
  const { LocalWorkspace, PulumiCommand, StackNotFoundError } = await import(
    "@pulumi/pulumi/automation/index.js"
  );
  const root = dirname(dirname(toolchain.pulumi));
  const found = await PulumiCommand.get({ root, skipVersionCheck: true });
  const command: typeof found = Object.create(found, { command: { value: ownSession } });
  return { LocalWorkspace, StackNotFoundError, command };
}

const earlyEnd = new URL("exit-on-broken-pipe.js", import.meta.url).href;
const ownSession = fileURLToPath(new URL("own-session.sh", import.meta.url));
/** Of the stacks, unless the user has set another backend. */
export const stateFolder = join(privateFolder, "state");

/**
 * What makes `pulumi` by hand and the runner the same. State is a file backend in the workspace's private folder
 * unless the user has set another. Its passphrase is empty: the one secret in these stacks, a K3s node's kubeconfig,
 * lies in a folder that only its owner may enter. Set PULUMI_CONFIG_PASSPHRASE to have it otherwise.
 */
export function pulumiEnvironment(toolchain: Toolchain): Record<string, string> {
  const local = process.env.PULUMI_BACKEND_URL === undefined;
  return {
    ...toolchain.environment,
    // Pulumi's SDK would keep compiled code in the temporary folder, under a name that another user can make first.
    DISABLE_V8_COMPILE_CACHE: "1",
    // The program and the plugins run in folders of the package.
    TESTBED_WORKSPACE: workspaceFolder,
    ...(local ? { PULUMI_BACKEND_URL: pathToFileURL(stateFolder).href } : {}),
    ...(local && process.env.PULUMI_CONFIG_PASSPHRASE === undefined ? { PULUMI_CONFIG_PASSPHRASE: "" } : {}),
  };
}

/** @throws TestbedError (badInput) where it is none: Pulumi would ask for a token instead */
export function checkBackend({ PULUMI_BACKEND_URL: url }: NodeJS.ProcessEnv = process.env): void {
  if (url === undefined || /^(?:file|s3|gs|azblob|https?|postgres):\/\//.test(url)) return;
  throw new TestbedError("badInput", "PULUMI_BACKEND_URL is not a Pulumi backend", {
    problems: [
      {
        path: "PULUMI_BACKEND_URL",
        expected: "file://, s3://, gs://, azblob:// or https:// followed by a location",
        got: url === "" ? "nothing" : url,
      },
    ],
    hint: "Unset it: state is then in this folder's .testbed/state.",
  });
}

/** What is passed on to Pulumi's own options. */
export function engineOptions({ onOutput, onEvent, signal }: StackOptions) {
  return {
    color: "never" as const,
    ...(onOutput === undefined ? {} : { onOutput }),
    ...(onEvent === undefined ? {} : { onEvent }),
    // One of its own: Pulumi's listener stays on its signal, and all deployments of a study share this one.
    ...(signal === undefined ? {} : { signal: AbortSignal.any([signal]) }),
  };
}
