/** Decodes UTF-8. In invalid UTF-8, every byte beyond ASCII appears as `\xNN`. */
export function decodeText(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes("\ufffd")) return text;
  return bytes
    .toString("latin1")
    .replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}
