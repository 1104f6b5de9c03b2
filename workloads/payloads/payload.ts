/** The contents of requests: a set of texts with its source and licence, and the request bodies made from them. */
export interface Payload {
  readonly description: string;
  load(): Promise<PayloadSet>;
}

export interface PayloadSet {
  readonly name: string;
  /** sha256 over the texts, each ended by a newline. */
  readonly digest: string;
  readonly source: string;
  readonly licence: string;
  /** True where no person wrote the texts. */
  readonly synthetic: boolean;
  readonly texts: readonly string[];
  /** One ready JSON body of POST /classify per text. */
  bodies(): readonly Buffer[];
}
