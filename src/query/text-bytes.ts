const UTF8 = new TextEncoder();

/** The bytes that text has in memory, one character each. Runs in browsers, too. */
export function textBytes(text: string): string {
  let bytes = "";
  for (const byte of UTF8.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}
