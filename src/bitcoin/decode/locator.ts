import { hash, i32, list, type Read, struct } from "./fields.ts";

/** getheaders and getblocks: what follows the newest block both sides know. */
export interface LocatorFields {
  readonly version: number;
  /** Hashes of blocks the asker has, newest first. */
  readonly locator: readonly string[];
  /** The last one wanted; all zeros for as many as fit. */
  readonly stop: string;
}

export const readLocator: Read<LocatorFields> = struct({
  version: i32,
  locator: list(hash),
  stop: hash,
});
