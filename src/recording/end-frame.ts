import { FRAME, frameHead } from "./format.ts";
import { encodeEntry, NO_BLOCK } from "./index-entry.ts";
import type { EndMark } from "./recorder.ts";

/** The frame that ends a file which another process began, and its entry in the index. */
export function endFrame(mark: EndMark): { readonly bytes: Buffer; readonly entry: Buffer } {
  const body = Buffer.from(JSON.stringify(mark));
  const bytes = Buffer.concat([frameHead(FRAME.end, "none", body, body.length), body]);
  const frame = { type: FRAME.end, size: bytes.length, unpacked: body.length };
  return { bytes, entry: encodeEntry({ ...frame, ...NO_BLOCK }) };
}
