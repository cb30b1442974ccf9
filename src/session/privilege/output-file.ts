import { close, ftruncate, write } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { isTraceable } from "../../kernel/platform.ts";

const writeTo = promisify(write);
const truncateTo = promisify(ftruncate);

/**
 * A file that is written by its descriptor alone: whoever writes may have been handed it by another process, and need
 * not be able to open it, or to see the directory it lies in.
 */
export class OutputFile {
  readonly path: string;
  readonly descriptor: number;

  constructor(path: string, descriptor: number) {
    this.path = path;
    this.descriptor = descriptor;
  }

  /**
   * Writes all of the bytes.
   * @param position in the file; after what was written before when left out
   */
  async write(bytes: Uint8Array | string, position: number | null = null): Promise<void> {
    const all = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    for (let done = 0; done < all.length; ) {
      const at = position === null ? null : position + done;
      const { bytesWritten } = await writeTo(this.descriptor, all, done, all.length - done, at);
      done += bytesWritten;
    }
  }

  truncate(size: number): Promise<void> {
    return truncateTo(this.descriptor, size);
  }

  /** Bytes that this user can still write where the file lies; unlimited where the system does not say. */
  async freeBytes(): Promise<number> {
    // The link leads to the file itself, past directories that this process may not search.
    const place = isTraceable ? `/proc/self/fd/${this.descriptor}` : dirname(this.path);
    try {
      const { bavail, bsize } = await statfs(place);
      return bavail * bsize;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }

  close(): Promise<void> {
    return promisify(close)(this.descriptor);
  }
}
