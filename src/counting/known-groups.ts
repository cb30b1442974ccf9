import { type CountLayout, KEY_FLAGS_SIZE } from "./count-layout.ts";

/**
 * Groups whose keys are known in advance, such as the protocol's message types. A program finds them in a table without a
 * lookup in the kernel's hash map: it computes from the key the number of the only slot that can hold the key.
 *
 *     slot     ┌─────────────┬────────┐      values    ┌─────────────┐
 *     hash ──► │ key         │ place ─┼──────────────► │ as in a map │   one for each key, per CPU
 *              └─────────────┴────────┘                └─────────────┘
 *
 * No key has the flags of an unused slot, so no key matches it.
 */
export interface KnownGroups {
  /** The keys in the order of their values. */
  readonly keys: readonly Uint8Array[];
  /** The keys without a slot, because another key has theirs. */
  readonly rest: readonly Uint8Array[];
  readonly slots: Uint8Array;
  readonly hash: KeyHash;
}

/** Computes the slot of a key: combines its words, multiplies, and keeps the highest bits. */
export interface KeyHash {
  readonly multiplier: bigint;
  readonly bits: number;
}

const MIN_SLOTS_PER_KEY = 4;
const MAX_KEYS = 1024;
/** In bytes. A lookup in the hash map costs less than the comparison of a longer key. */
const MAX_KEY_SIZE = 72;
/** Multipliers to try until each key has its own slot. */
const ATTEMPTS = 64;
/** 2^64 divided by the golden ratio. Its odd multiples spread keys well. */
const GOLDEN = 0x9e37_79b9_7f4a_7c15n;
/** Factor that combines the words of a key. */
export const FOLD = 31;
const NO_FLAGS = 0xff;
const PLACE_SIZE = 8;

export function slotSize({ keySize }: CountLayout): number {
  return keySize + PLACE_SIZE;
}

/** Returns null without keys, and when they are too long or too many for a table. */
export function knownGroups(layout: CountLayout, keys: readonly Uint8Array[]): KnownGroups | null {
  if (keys.length === 0 || keys.length > MAX_KEYS || layout.keySize > MAX_KEY_SIZE) return null;
  const bits = Math.ceil(Math.log2(keys.length * MIN_SLOTS_PER_KEY));
  let best: Map<number, Uint8Array> = new Map();
  let hash: KeyHash = { multiplier: GOLDEN, bits };
  for (let i = 0; i < ATTEMPTS && best.size < keys.length; i++) {
    const tried = { multiplier: BigInt.asUintN(64, GOLDEN * BigInt(2 * i + 1)), bits };
    const placed = place(keys, tried);
    if (placed.size > best.size) [best, hash] = [placed, tried];
  }
  const placed = [...best.values()];
  return {
    keys: placed,
    rest: keys.filter((key) => !placed.includes(key)),
    slots: slotsOf(best, layout, hash),
    hash,
  };
}

/** Returns keys by slot: the first key of each slot. */
function place(keys: readonly Uint8Array[], hash: KeyHash): Map<number, Uint8Array> {
  const placed = new Map<number, Uint8Array>();
  for (const key of keys) {
    const slot = slotOf(key, hash);
    if (!placed.has(slot)) placed.set(slot, key);
  }
  return placed;
}

function slotsOf(
  placed: ReadonlyMap<number, Uint8Array>,
  layout: CountLayout,
  { bits }: KeyHash,
): Uint8Array {
  const size = slotSize(layout);
  const slots = new Uint8Array(size << bits).fill(NO_FLAGS);
  const view = new DataView(slots.buffer);
  for (const [i, [slot, key]] of [...placed].entries()) {
    slots.set(key, slot * size);
    view.setUint32(slot * size + layout.keySize, i, true);
  }
  return slots;
}

function slotOf(key: Uint8Array, { multiplier, bits }: KeyHash): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  let folded = 0n;
  for (let at = KEY_FLAGS_SIZE; at < key.length; at += 8) {
    folded = folded * BigInt(FOLD) + view.getBigUint64(at, true);
  }
  return Number(BigInt.asUintN(64, folded * multiplier) >> BigInt(64 - bits));
}
