/** Who runs in every image that is made here, user and group alike: nobody's number on a usual machine. */
export const imageUser = 65_532;
/** As an image's configuration names it. */
export const imageUserAndGroup = `${imageUser}:${imageUser}`;
