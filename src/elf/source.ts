/** Random access to the bytes of a file in memory, on disk or in another mount namespace. */
export interface ByteSource {
  /** Size in bytes. */
  readonly size: number;
  /**
   * Returns `length` bytes from `offset` on. The caller must check that the range is within `size`,
   * and must not write to the bytes: other reads may share them.
   */
  read(offset: number, length: number): Uint8Array;
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}
