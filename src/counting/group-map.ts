import { closeDescriptor } from "../bpf/descriptor.ts";
import { createZero } from "../bpf/map.ts";
import {
  addZeroEntry,
  createPerCpuArray,
  createPerCpuHash,
  type PerCpuEntry,
  possibleCpus,
  readPerCpuHash,
  readPerCpuValue,
} from "../bpf/per-cpu-map.ts";
import { type CountLayout, extremeWords, keyOfTexts } from "./count-layout.ts";
import type { CountMaps } from "./count-writer.ts";

/**
 * A group as bytes: its key, and its value added over the CPUs. Both are in base64, so that a message between processes
 * can have them.
 */
export interface Row {
  readonly key: string;
  readonly words: string;
}

/** The contents of a tracepoint's maps. */
export interface Rows {
  readonly layout: CountLayout;
  readonly rows: readonly Row[];
  /** The events beyond the maximum number of groups; null without any. */
  readonly overflow: Row | null;
}

/** Maximum memory of a tracepoint's groups, and the kernel's memory for an entry beside key and value, in bytes. */
const MAX_MEMORY = 64 << 20;
const ENTRY_BYTES = 64;

/** The maps that hold a tracepoint's counts. This class adds the words of all CPUs; `group.ts` decodes them. */
export class GroupMap {
  readonly maps: CountMaps;
  readonly #layout: CountLayout;

  /**
   * @param room the maximum number of groups; less when they need more than MAX_MEMORY
   * @param reserved keys that have a group from the beginning
   * @throws CorelensError NO_PERMISSION, KERNEL_REFUSED
   */
  constructor(layout: CountLayout, room: number, reserved: readonly (readonly string[])[] = []) {
    this.#layout = layout;
    const { keySize, words } = layout;
    const made: number[] = [];
    const make = (fd: number): number => {
      made.push(fd);
      return fd;
    };
    try {
      this.maps = {
        groups: make(
          keySize === 0
            ? createPerCpuArray("corelens_count", words)
            : createPerCpuHash("corelens_groups", keySize, words, affordable(layout, room)),
        ),
        overflow: make(createPerCpuArray("corelens_more", words)),
        zero: make(createZero("corelens_zero", 8 * words)),
      };
      for (const texts of reserved.slice(0, affordable(layout, room))) {
        addZeroEntry(this.maps.groups, keyOfTexts(layout, texts), words);
      }
    } catch (error) {
      made.forEach(closeDescriptor);
      throw error;
    }
  }

  read(): Rows {
    const { keySize, words } = this.#layout;
    const { groups, overflow } = this.maps;
    const entries =
      keySize === 0
        ? [{ key: NO_KEY, values: readPerCpuValue(groups, words) }]
        : readPerCpuHash(groups, keySize, words);
    const rows = Array.from(entries, (entry) => this.#row(entry)).filter((row) => row !== null);
    return {
      layout: this.#layout,
      rows,
      overflow: this.#row({ key: NO_KEY, values: readPerCpuValue(overflow, words) }),
    };
  }

  close(): void {
    for (const fd of Object.values(this.maps)) closeDescriptor(fd);
  }

  /** Null when nothing was counted. */
  #row({ key, values }: PerCpuEntry): Row | null {
    const words = this.#fold(values);
    if (words[0] === 0n) return null;
    return {
      key: Buffer.from(key).toString("base64"),
      words: Buffer.from(words.buffer).toString("base64"),
    };
  }

  /** Combines the values of all CPUs. */
  #fold(values: BigUint64Array): BigUint64Array {
    const { words } = this.#layout;
    const extremes = extremeWords(this.#layout);
    const folded = values.slice(0, words);
    for (let at = words; at < values.length; at += words) {
      for (let word = 0; word < words; word++) {
        const value = values[at + word]!;
        if (!extremes.has(word)) folded[word]! += value;
        else if (value > folded[word]!) folded[word] = value;
      }
    }
    return folded;
  }
}

const NO_KEY = new Uint8Array();

function affordable({ keySize, words }: CountLayout, room: number): number {
  const bytes = ENTRY_BYTES + keySize + 8 * words * possibleCpus();
  return Math.max(1, Math.min(room, Math.floor(MAX_MEMORY / bytes)));
}
