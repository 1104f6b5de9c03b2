/** Value `image`: the pod's user is the one of its image, whose number the testbed cannot know. */
export const imageUserAnnotation = "testbed/user";
