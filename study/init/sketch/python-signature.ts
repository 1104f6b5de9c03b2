/** The parameters of a Python function, read from its source, and example requests made from them. */
import { texts } from "./sketch.ts";

export interface Parameter {
  readonly name: string;
  /** Without spaces; empty where none is written. */
  readonly type: string;
  readonly hasDefault: boolean;
}

/** @param list between the brackets of a `def` */
export function parametersOf(list: string): readonly Parameter[] {
  return splitAtCommas(list.replaceAll(/#.*$/gm, ""))
    .map((part) => part.trim())
    .filter((part) => part !== "" && !/^(self|cls|\*|\/)/.test(part))
    .map((part) => {
      const [, name = part, annotation = "", value] =
        /^(\w+)\s*(?::\s*([^=]+?))?\s*(?:=\s*([\s\S]+))?$/.exec(part) ?? [];
      const type = annotation.replace(/^Annotated\[\s*([\s\S]+?)\s*,[\s\S]*\]$/, "$1").replaceAll(/\s/g, "");
      return { name, type, hasDefault: value !== undefined };
    });
}

function splitAtCommas(list: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const character of list) {
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/**
 * A value of the type, as JSON; undefined where JSON has none (a file, an image, bytes).
 * @param source in which classes of fields are looked up
 * @param n which of several values
 */
export function exampleOf(type: string, source: string, n: number): unknown {
  const inner = /^(?:Optional|Annotated|Union)\[(.+)\]$/.exec(type)?.[1];
  if (inner !== undefined) return exampleOf(splitAtCommas(inner)[0]!, source, n);
  if (type.includes("|")) return exampleOf(type.split("|")[0]!, source, n);
  const element =
    /^(?:t\.|typing\.)?(?:list|List|Sequence|tuple|Tuple|Iterable)\[([^\]]+(?:\[[^\]]*\])?)\]$/.exec(
      type,
    )?.[1];
  if (element !== undefined) {
    const value = exampleOf(splitAtCommas(element)[0]!, source, n);
    return value === undefined ? undefined : [value];
  }
  const name = type.split(".").at(-1)!;
  if (["str", "Any", ""].includes(name)) return texts[n % texts.length];
  if (name === "int") return n + 1;
  if (name === "float") return (n + 1) / 2;
  if (name === "bool") return n % 2 === 0;
  if (/^dict\b|^Dict\b|^Mapping\b/.test(name)) return {};
  if (["list", "List"].includes(name)) return [texts[n % texts.length]];
  if (/^(ndarray|NDArray|Tensor|DataFrame)\b/.test(name)) return [[0.1 + n, 0.2, 0.3, 0.4]];
  const fields = fieldsOf(name, source);
  if (fields.length === 0) return undefined;
  return Object.fromEntries(
    fields
      .filter(({ hasDefault }) => !hasDefault)
      .map((field) => [field.name, exampleOf(field.type, source, n) ?? null]),
  );
}

/** Of a class that is written as its fields: pydantic's, or a dataclass. */
function fieldsOf(name: string, source: string): readonly Parameter[] {
  const body =
    new RegExp(`^class ${name}\\b[^\\n]*:\\n((?:[ \\t]+[^\\n]*\\n|\\n)+)`, "m").exec(source)?.[1] ?? "";
  const indent = /^([ \t]+)\S/m.exec(body)?.[1] ?? "";
  return body
    .split("\n")
    .filter((line) => line.startsWith(indent) && /^\w+\s*:/.test(line.slice(indent.length)))
    .flatMap((line) => parametersOf(line.trim()));
}
