const AWS_MARK = "HIDDEN_DUE_TO_SECURITY_REASONS";
const CODE_ASTERISK = 42;

/**
 * Whether AWS wrote a mark instead of the value: never a name, a target or a key to join by, since the same mark
 * stands for different values.
 */
export function isRedacted(text: string): boolean {
  return (
    text.startsWith(AWS_MARK) ||
    text === "<sensitiveDataRemoved>" ||
    (text.charCodeAt(0) === CODE_ASTERISK && /^\*{3,}$/.test(text))
  );
}
