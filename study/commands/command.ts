/** One `testbed` command: its arguments and options, and its action. */
export interface CommandSpec {
  readonly arguments?: readonly { readonly name: string; readonly description: string }[];
  readonly options?: readonly {
    readonly flags: string;
    readonly description: string;
    readonly choices?: readonly string[];
    /** May be given several times; its value is the list of them. */
    readonly repeats?: boolean;
  }[];
  /** Options by their camelCase name; a flag is true, a value a string. */
  run(args: readonly (string | undefined)[], options: Readonly<Record<string, unknown>>): Promise<void>;
}
