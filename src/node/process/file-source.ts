import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { ByteSource } from "../../elf/source.ts";
import { CorelensError } from "../../errors.ts";

export interface FileSource extends ByteSource {
  close(): void;
}

/** An ELF file's tables are in a few places: its beginning, its end and its notes. One chunk covers each of them. */
const CHUNK_SIZE = 16 << 10;
const MAX_CHUNKS = 16;

/**
 * Opens a regular file for random access. It reads only the requested chunks, and caches the latest.
 * @throws CorelensError FILE_UNREADABLE, also from `read`
 */
export function openFileSource(path: string): FileSource {
  const unreadable = (reason: string, cause?: unknown) =>
    new CorelensError("FILE_UNREADABLE", `${path}: ${reason}`, undefined, { cause });
  const { fd, size } = openRegularFile(path, unreadable);
  const chunks = new Map<number, Uint8Array>();

  function readFromDisk(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(fd, bytes, done, length - done, offset + done);
      if (count === 0) {
        throw unreadable("the file was truncated while it was read");
      }
      done += count;
    }
    return bytes;
  }

  function chunk(start: number): Uint8Array {
    let bytes = chunks.get(start);
    if (bytes === undefined) {
      bytes = readFromDisk(start, Math.min(CHUNK_SIZE, size - start));
      if (chunks.size === MAX_CHUNKS) {
        chunks.delete(chunks.keys().next().value!);
      }
      chunks.set(start, bytes);
    }
    return bytes;
  }

  return {
    size,
    read(offset, length) {
      const start = offset - (offset % CHUNK_SIZE);
      const end = offset + length - start;
      return end > CHUNK_SIZE
        ? readFromDisk(offset, length)
        : chunk(start).subarray(offset - start, end);
    },
    close: () => closeSync(fd),
  };
}

function openRegularFile(
  path: string,
  unreadable: (reason: string, cause?: unknown) => CorelensError,
): { fd: number; size: number } {
  try {
    // Opening a named pipe would block, so check the type first.
    if (!statSync(path).isFile()) {
      throw unreadable("not a regular file");
    }
    const fd = openSync(path, "r");
    return { fd, size: fstatSync(fd).size };
  } catch (error) {
    throw error instanceof CorelensError ? error : unreadable("cannot be opened", error);
  }
}
