/** Of a pod whose user is its image's own (`image`): the testbed cannot know the number. */
export const imageUserAnnotation = "testbed/user";
