/** The findings about a service from which `testbed init` writes the files. */

/** For requests that are made up. */
export const texts: readonly string[] = [
  "The ferry leaves at eight.",
  "I would buy this again, and I have told my neighbour so.",
  "It broke after two days and nobody answered the telephone, although I called four times.",
];

/** A setting that is offered as the first thing to compare. */
export interface SettingSketch {
  readonly name: string;
  /** As it stands in the service file: a TypeScript object. */
  readonly source: string;
  readonly comment: string;
}

export interface Sketch {
  /** What it is and where that was seen, for the person. */
  readonly found: string;
  /** Lines of the service file's `run`, from `kind` on. */
  readonly run: readonly string[];
  readonly setting: SettingSketch;
  /** Settings by variant; `baseline` is among them, and one more. */
  readonly variants: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  /** A path that answers once it is ready; undefined where none was seen. */
  readonly readyPath: string | undefined;
  readonly method: "GET" | "POST";
  readonly path: string;
  /** A JSON body each; one of null for a request without a body. */
  readonly bodies: readonly unknown[];
  /** A folder whose files are the bodies, in their place. */
  readonly payload?: string;
  /** What a person must look at, since it could not be seen. */
  readonly unsure: readonly string[];
}

/** One kind of service that `testbed init` knows when it sees it. */
export interface Kind {
  /** @returns undefined where the folder holds none of these */
  look(folder: string): Sketch | undefined;
}

export const threads: Pick<Sketch, "setting" | "variants"> = {
  setting: {
    name: "threads",
    source:
      '{ type: "integer", default: 1, minimum: 1, maximum: 64, to: { environment: "OMP_NUM_THREADS" } }',
    comment: "Threads of NumPy, PyTorch, ONNX Runtime and their like.",
  },
  variants: { baseline: {}, "two-threads": { threads: 2 } },
};
