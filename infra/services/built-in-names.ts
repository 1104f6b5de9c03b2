/** Of a study that names none, and of stacks with two parts in their names. */
export const defaultService = "sentiment" as const;
