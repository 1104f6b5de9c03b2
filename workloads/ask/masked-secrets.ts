/** @param secrets values to mask in any text: a service may repeat what it was sent or started with */
export function hidden(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => (secret === "" ? shown : shown.replaceAll(secret, "***")), text);
}

/** Hiding what is shorter would hide half of any text. */
const shortestSecret = 4;

/** Values that a service is started with, to be hidden. @param names of variables */
export function secretValues(
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return names.map((name) => environment[name] ?? "").filter((value) => value.length >= shortestSecret);
}
