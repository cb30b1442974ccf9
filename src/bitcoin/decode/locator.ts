import { hash, i32, list, type Read, struct } from "./fields.ts";

/** getheaders and getblocks: requests the blocks after the newest block that both sides have. */
export interface LocatorFields {
  readonly version: number;
  /** Hashes of blocks that the sender has, newest first. */
  readonly locator: readonly string[];
  /** The last requested block; all zeros request the maximum number. */
  readonly stop: string;
}

export const readLocator: Read<LocatorFields> = struct({
  version: i32,
  locator: list(hash),
  stop: hash,
});
