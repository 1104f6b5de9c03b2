/**
 * The engine's calls for the stand-in, mapped to the kinds. There are no updates in place: a changed resource is
 * replaced.
 */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import type { DockerEngine } from "../../docker/engine.ts";
import { unwrapped } from "../../plugin/engine-values.ts";
import { type Kind, kinds } from "./kinds/index.ts";

/** What an engine sends for a value that it does not know yet. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const inputsKey = "__inputs";

export function dockerStandIn(version: string, engine: DockerEngine): Provider {
  return {
    version,

    async check(urn, olds, news) {
      const kind = kindOf(urn);
      const inputs = named(urn, plain(olds), plain(news));
      // A preview: what is not known yet cannot be checked.
      if (JSON.stringify(inputs).includes(unknownValue)) return { inputs };
      const parsed = kind.inputs.safeParse(inputs);
      const failures = (parsed.error?.issues ?? []).map((issue) => ({
        property: issue.path.join("."),
        reason: `${issue.message} (the stand-in for the official docker plugin supports what the testbed uses)`,
      }));
      return { inputs, failures };
    },

    async diff(_id, _urn, olds, news) {
      const state = plain(olds);
      const before = plain(state[inputsKey] ?? state);
      const after = plain(news);
      const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
      const replaces = keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
      return { changes: replaces.length > 0, replaces, deleteBeforeReplace: true };
    },

    async create(urn, news) {
      const inputs = plain(news);
      const kind = kindOf(urn);
      const { id, outputs } = await kind.create(kind.inputs.parse(inputs), engine);
      return { id, outs: { ...inputs, ...outputs, [inputsKey]: inputs } };
    },

    // An empty id tells the engine that the resource is gone; what is left of it goes too.
    async read(id, urn, props) {
      const { kind, inputs } = known(urn, props);
      const outputs = await kind.read(id, inputs, engine);
      if (outputs !== null) return { id, props: { ...plain(props), ...outputs } };
      await kind.remove(id, inputs, engine);
      return { id: "", props: {} };
    },

    async delete(id, urn, props) {
      const { kind, inputs } = known(urn, props);
      await kind.remove(id, inputs, engine);
    },
  };
}

/** @throws Error for a type that is not known: never silent */
function kindOf(urn: string): Kind<unknown> {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const kind = kinds[type];
  if (kind !== undefined) return kind;
  const list = Object.keys(kinds).join(", ");
  throw new Error(
    `the stand-in for the official docker plugin does not support ${type}; it supports ${list}`,
  );
}

function known(urn: string, props: unknown): { readonly kind: Kind<unknown>; readonly inputs: unknown } {
  const kind = kindOf(urn);
  return { kind, inputs: kind.inputs.parse(plain(props)[inputsKey]) };
}

/** A name that was made before is kept, so that a second `up` changes nothing. */
function named(urn: string, olds: Plain, news: Plain): Plain {
  if (news.name !== undefined) return news;
  const name = olds.name ?? `${urn.split("::").at(-1)}-${randomBytes(4).toString("hex").slice(0, 7)}`;
  return { ...news, name };
}

type Plain = Readonly<Record<string, unknown>>;

function plain(value: unknown): Plain {
  return (unwrapped(value) ?? {}) as Plain;
}
