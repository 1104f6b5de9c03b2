/** The service of a study that names none, and of stacks with two-part names. */
export const defaultService = "sentiment" as const;
