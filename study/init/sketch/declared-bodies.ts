/** Requests made up from the type that a server in Rust, Go, Java or Kotlin reads its JSON body into. */
import { texts } from "./sketch.ts";

interface Field {
  /** As it stands in JSON. */
  readonly name: string;
  readonly type: string;
}

interface Declared {
  /** Empty for a struct without a name. */
  readonly name: string;
  /** Those that a request must have. */
  readonly fields: readonly Field[];
}

const count = 3;

/** @returns undefined where the source declares no such type */
export function declaredBodies(source: string): readonly unknown[] | undefined {
  // A struct that reads JSON is for requests or for a configuration; a record may be for anything.
  const readers = [...rust(source), ...go(source)].filter(({ fields }) => fields.length > 0);
  const types = [...readers, ...jvm(source).filter(({ fields }) => fields.length > 0)];
  const named = readInto(source);
  const body =
    types.find(({ name }) => named.includes(name)) ??
    types.find(({ name }) => /req|input|query/i.test(name)) ??
    readers.find(({ name }) => !/resp|output|answer|result|error|config/i.test(name));
  if (body === undefined) return undefined;
  return Array.from({ length: count }, (_, n) => exampleOf(body, types, n));
}

/** Types that the source says a body is read into: Axum, Actix and Rocket, encoding/json and Gin, Spring. */
function readInto(source: string): readonly string[] {
  return [
    ...source.matchAll(/\w+\)?\s*:\s*(?:\w+::)*Json<(\w+)>/g),
    ...source.matchAll(/@RequestBody\s+(?:final\s+)?(\w+)/g),
    ...source.matchAll(/@RequestBody\s+\w+\s*:\s*(\w+)/g),
    ...variablesReadInto(source).flatMap((variable) => [
      ["", variable],
      ...source.matchAll(new RegExp(`\\b${variable}\\s+(\\w+)\\s*$`, "gm")),
      ...source.matchAll(new RegExp(`\\b${variable}\\s*:=\\s*(\\w+)\\{`, "g")),
    ]),
  ].flatMap(([, name]) => name ?? []);
}

/** In Go a variable is; a struct without a name is known by it. */
function variablesReadInto(source: string): readonly string[] {
  const form =
    /\.(?:Decode|Bind|BindJSON|ShouldBindJSON|BodyParser)\(\s*&(\w+)|\bUnmarshal\([^,]+,\s*&(\w+)/g;
  return [...source.matchAll(form)].flatMap(([, one, other]) => one ?? other ?? []);
}

function exampleOf({ fields }: Declared, types: readonly Declared[], n: number): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name, type }) => [name, exampleValue(type, types, n)]));
}

function exampleValue(type: string, types: readonly Declared[], n: number): unknown {
  const element =
    /^(?:Vec|List|Array|Set|MutableList)<(.+)>$/.exec(type)?.[1] ??
    /^\[\](.+)$|^(.+)\[\]$/.exec(type)?.slice(1).find(Boolean);
  if (element !== undefined) return [exampleValue(element, types, n)];
  const name = type
    .replace(/^[*&]|^&'\w+ /, "")
    .split(/::|\./)
    .at(-1)!;
  if (/^(String|str|string|CharSequence)$/.test(name)) return texts[n % texts.length];
  if (
    /^(?:[iu](?:8|16|32|64|128|size)|u?int(?:8|16|32|64)?|int|Int|Integer|long|Long|short|Short)$/.test(name)
  )
    return n + 1;
  if (/^(?:f32|f64|float(?:32|64)?|Float|double|Double|BigDecimal)$/.test(name)) return (n + 1) / 2;
  if (/^(?:bool|boolean|Boolean)$/.test(name)) return n % 2 === 0;
  const known = types.find((one) => one.name === name);
  return known === undefined
    ? null
    : exampleOf(
        known,
        types.filter((one) => one !== known),
        n,
      );
}

function rust(source: string): readonly Declared[] {
  const form =
    /derive\([^)]*\bDeserialize\b[^)]*\)\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([^)]*\))?\s+)?struct\s+(\w+)(?:<[^>]*>)?\s*\{([^}]*)\}/g;
  return [...source.matchAll(form)].map(([, name, body]) => ({
    name: name!,
    fields: [
      ...body!.matchAll(/((?:#\[[^\]]*\]\s*)*)(?:pub(?:\([^)]*\))?\s+)?(\w+)\s*:\s*([^,\n}]+)/g),
    ].flatMap(([, attributes, field, type]) =>
      /\bdefault\b/.test(attributes!) || /^Option</.test(type!.trim())
        ? []
        : [
            {
              name: /rename\s*=\s*"([^"]+)"/.exec(attributes!)?.[1] ?? field!,
              type: type!.replaceAll(/\s/g, ""),
            },
          ],
    ),
  }));
}

function go(source: string): readonly Declared[] {
  const form = /(?:type\s+)?(\w+)\s+struct\s*\{([^{}]*)\}/g;
  return [...source.matchAll(form)].map(([, name, body]) => ({
    name: name!,
    fields: [...body!.matchAll(/\w+\s+([\w.*[\]]+)\s+`[^`]*\bjson:"([^",]+)(,[^"]*)?"/g)].flatMap(
      ([, type, field, rest]) =>
        field === "-" || /omitempty/.test(rest ?? "") ? [] : [{ name: field!, type: type! }],
    ),
  }));
}

function jvm(source: string): readonly Declared[] {
  const records = [...source.matchAll(/\brecord\s+(\w+)\s*\(([^()]*)\)/g)].map(([, name, list]) => ({
    name: name!,
    fields: list!.split(/,(?![^<]*>)/).flatMap((one) => {
      const [, type, field] = /([\w.<>[\]]+)\s+(\w+)\s*$/.exec(one.trim()) ?? [];
      return field === undefined ? [] : [{ name: field, type: type! }];
    }),
  }));
  const classes = [...source.matchAll(/\bdata\s+class\s+(\w+)\s*\(([^()]*)\)/g)].map(([, name, list]) => ({
    name: name!,
    fields: list!.split(/,(?![^<]*>)/).flatMap((one) => {
      const [, field, type] = /va[lr]\s+(\w+)\s*:\s*([\w.<>]+)\s*$/.exec(one.trim()) ?? [];
      return field === undefined ? [] : [{ name: field, type: type! }];
    }),
  }));
  return [...records, ...classes];
}
