/** Thrown for content of which nothing can be read. The message is for the user. */
export class UnreadableContainerError extends Error {}

/** Thrown for content that is not opened. The message is for the user, and says what to do. */
export class UnsupportedContainerError extends Error {}
