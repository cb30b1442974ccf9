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
 * A group's bytes: which one it is, and what its CPUs counted together. Both in base64, for they pass from process
 * to process.
 */
export interface Row {
  readonly key: string;
  readonly words: string;
}

/** What stands in a tracepoint's maps. */
export interface Rows {
  readonly layout: CountLayout;
  readonly rows: readonly Row[];
  /** Of all that found no room; null while there was room for all. */
  readonly overflow: Row | null;
}

/** Memory that a tracepoint's groups may take, and what the kernel needs for an entry beside key and value. */
const MAX_MEMORY = 64 << 20;
const ENTRY_BYTES = 64;

/** The maps that a tracepoint's events are counted in. It knows which words are added up, not what they mean. */
export class GroupMap {
  readonly maps: CountMaps;
  readonly #layout: CountLayout;

  /**
   * @param room for how many groups, if the memory for them is not too much
   * @param reserved keys that have room before any other
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

  /** What all CPUs counted. */
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
