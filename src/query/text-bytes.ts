const UTF8 = new TextEncoder();

/** Returns the UTF-8 bytes of a text, one character each. Runs in browsers, too. */
export function textBytes(text: string): string {
  let bytes = "";
  for (const byte of UTF8.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}
