/**
 * JSON from people and strangers. A byte order mark, as Windows tools write one, is accepted. Refused are a duplicated
 * key, since one of its two values would be ignored silently; a key `__proto__`; and nesting deeper than any file of
 * the testbed.
 */

/** Deeper than every schema of the testbed by far, and far from where recursion ends. */
const deepest = 100;

/** @throws SyntaxError saying what is wrong, and where it is known, in which line */
export function parseJson(text: string): unknown {
  const json = text.startsWith("\ufeff") ? text.slice(1) : text;
  const value: unknown = JSON.parse(json);
  checkNesting(json);
  return value;
}

/** @param json what JSON.parse takes: a string that is followed by a colon is then a key */
function checkNesting(json: string): void {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") {
      open.push(character === "{" ? new Set() : undefined);
      if (open.length > deepest) throw new SyntaxError(`it is nested more than ${deepest} deep`);
    } else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = endOfString(json, at);
      if (isKey(json, end)) {
        const key = JSON.parse(json.slice(at, end + 1)) as string;
        const keys = open.at(-1)!;
        // Copied on, it would be passed over, or change what every object has.
        if (key === "__proto__")
          throw new SyntaxError(`it has the key "__proto__", in line ${lineOf(json, at)}`);
        if (keys.has(key)) {
          throw new SyntaxError(
            `the key ${JSON.stringify(key)} is duplicated, again in line ${lineOf(json, at)}`,
          );
        }
        keys.add(key);
      }
      at = end;
    }
  }
}

/** @returns the index of its closing quote */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at;
}

function isKey(json: string, endOfString: number): boolean {
  let at = endOfString + 1;
  while (json[at] === " " || json[at] === "\n" || json[at] === "\r" || json[at] === "\t") at++;
  return json[at] === ":";
}

function lineOf(json: string, at: number): number {
  return json.slice(0, at).split("\n").length;
}
