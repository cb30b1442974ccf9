/** Control characters, and those that change the direction of text. */
export const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** Text without control characters: each is replaced with `\xNN`. */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
