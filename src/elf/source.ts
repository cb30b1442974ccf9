/** Random access to the bytes of a file, wherever they are: in memory, on disk, in another mount namespace. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /**
   * `length` bytes from `offset` on, a range the caller knows to lie within `size`.
   * They may be shared with other reads: do not write to them.
   */
  read(offset: number, length: number): Uint8Array;
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}
