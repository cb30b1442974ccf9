import { close, ftruncate, write } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { isTraceable } from "../../kernel/platform.ts";

const writeTo = promisify(write);
const truncateTo = promisify(ftruncate);

/**
 * A file that is written through its descriptor. The writing process may have received the descriptor from another one,
 * and need not have the right to open the file or to search its directory.
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
   * @param position in the file; by default after the previous write
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

  /** Bytes of the file system that are free for this user; infinite if unknown. */
  async freeBytes(): Promise<number> {
    // This link leads to the file without its directories, which this process may have no right to search.
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
