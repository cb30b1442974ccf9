import { FrameReader } from "../../../src/capnp/frame-reader.ts";
import { MessageReader, type StructReader } from "../../../src/capnp/message-reader.ts";

/** A message of these segments, given as words of [low, high] halves. */
export function message(...segments: (readonly [low: number, high: number])[][]): Uint8Array {
  const table = Buffer.alloc((4 + 4 * segments.length + 7) & ~7);
  table.writeUInt32LE(segments.length - 1, 0);
  for (const [i, words] of segments.entries()) table.writeUInt32LE(words.length, 4 + 4 * i);
  const words = segments.flat().flatMap(([low, high]) => {
    const word = Buffer.alloc(8);
    word.writeUInt32LE(low >>> 0, 0);
    word.writeUInt32LE(high >>> 0, 4);
    return [word];
  });
  return Buffer.concat([table, ...words]);
}

export function rootOf(bytes: Uint8Array): StructReader {
  const [frame] = new FrameReader().read(bytes);
  return new MessageReader(frame!).root();
}
