/** The declaration of a model, and the facts about a prepared one. */

export interface Model {
  readonly description: string;
  /** Ways to get it, best first; the next one is tried where one fails. Never empty. */
  ways(context: WayContext): Promise<readonly Way[]>;
  /** Tokens that its tokeniser makes of a text; left out where that is not known here. */
  tokensIn?(text: string): number;
}

export interface WayContext {
  /** The interpreter of the locked environment. */
  readonly python: string;
  readonly environment: NodeJS.ProcessEnv;
  /** True where this way was taken before and its folder is still there. */
  readonly isCached: (way: Way) => Promise<boolean>;
  readonly progress: (line: string) => void;
}

export interface Way {
  /** As `prepare.py --source` takes it. */
  readonly source: "hub" | "synthetic" | "package" | `folder:${string}`;
  /** Whatever tells two contents of the same source apart: a revision, a digest. */
  readonly version: string;
  /** Which way it is and why, as one sentence for the manifest. */
  readonly note: string;
}

export interface PreparedModel {
  readonly name: string;
  /** Outside the checkout; it holds model.json, the tokenizer and the weights in three forms. */
  readonly directory: string;
  /** Over the digests of all files in it. */
  readonly digest: string;
  readonly licence: string;
  /** True where the weights are random: speed is real, answers are not. */
  readonly synthetic: boolean;
  /** True where no model is served at all: then not even the speed is one's. */
  readonly simulated?: boolean;
  /** Which way it came and why. */
  readonly note: string;
}
