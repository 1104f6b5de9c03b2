/** The user and group number in every image built here: one that is usually unassigned. */
export const imageUser = 65_532;
/** As an image's configuration names it. */
export const imageUserAndGroup = `${imageUser}:${imageUser}`;
