/** How a server gets its port, read from its source: by a variable, a flag or an argument. */
export interface ToldPort {
  /** After the command. */
  readonly words: readonly string[];
  /** Of the service file: lines of `run` beside the command. */
  readonly lines: readonly string[];
  readonly unsure: readonly string[];
}

const variable = /(?:env|environ|getenv)\b[^\n]{0,20}?["'.[]PORT\b/i;
const portFlag = /["'`](?:--?)?(port)["'`]/;
const addressFlag = /["'`](?:--?)?(addr|address|listen|bind)["'`]/;
const argument =
  /\bsys\.argv\[1\]|\bprocess\.argv\[2\]|\bos\.Args\[1\]|\bargs\(\)\.nth\(1\)|parseInt\(\w+\[0\]\)/;

export function toldPort(source: string): ToldPort {
  const flag = portFlag.exec(source)?.[1];
  const address = addressFlag.exec(source)?.[1];
  const none = { words: [], lines: [], unsure: [] };
  if (variable.test(source)) return { ...none, lines: ['environment: { PORT: "{port}" },'] };
  if (flag !== undefined) return { ...none, words: [`--${flag}={port}`] };
  if (address !== undefined) return { ...none, words: [`--${address}=127.0.0.1:{port}`] };
  if (argument.test(source)) return { ...none, words: ["{port}"] };
  return {
    words: [],
    lines: ['environment: { PORT: "{port}" },'],
    unsure: ["how the server is told its port: its source says nothing of it"],
  };
}
