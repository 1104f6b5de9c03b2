/** One part of the toolchain and its origin: a fallback is always stated. */
export interface Part {
  readonly part: string;
  readonly version: string;
  /** `path`, `pulumi home`, `official download`, `go modules`, `uv lock` ... */
  readonly origin: string;
  readonly path: string;
  /** Why this origin, and what a reader should know of it; may be empty. */
  readonly note: string;
}

/** What `testbed doctor` says of one part. */
export interface DoctorLine {
  readonly part: string;
  readonly found: boolean;
  readonly version: string;
  readonly origin: string;
  /** Empty where nothing need be done. */
  readonly advice: string;
}
