import { closeDescriptor } from "../bpf/descriptor.ts";
import { createTable, createZero } from "../bpf/map.ts";
import {
  addZeroEntry,
  createPerCpuArray,
  createPerCpuHash,
  type PerCpuEntry,
  possibleCpus,
  readPerCpuArray,
  readPerCpuHash,
  readPerCpuValue,
} from "../bpf/per-cpu-map.ts";
import { type CountLayout, extremeWords, keyOfTexts } from "./count-layout.ts";
import type { CountMaps } from "./group-finder.ts";
import { type KnownGroups, knownGroups } from "./known-groups.ts";

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
  readonly #known: KnownGroups | null;
  readonly #descriptors: number[] = [];

  /**
   * @param room the maximum number of groups; less when they need more than MAX_MEMORY
   * @param reserved keys that have a group from the beginning
   * @throws CorelensError NO_PERMISSION, KERNEL_REFUSED
   */
  constructor(layout: CountLayout, room: number, reserved: readonly (readonly string[])[] = []) {
    this.#layout = layout;
    const entries = affordable(layout, room);
    const keys = reserved.slice(0, entries).map((texts) => keyOfTexts(layout, texts));
    this.#known = knownGroups(layout, keys);
    try {
      this.maps = this.#create(entries);
      for (const key of this.#known?.rest ?? keys)
        addZeroEntry(this.maps.groups, key, layout.words);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  read(): Rows {
    const { keySize, words } = this.#layout;
    const { groups, overflow, known } = this.maps;
    const first = (map: number) => ({ key: NO_KEY, values: readPerCpuValue(map, words) });
    const grown = keySize === 0 ? [first(groups)] : readPerCpuHash(groups, keySize, words);
    const keys = this.#known?.keys ?? [];
    const values = known === null ? [] : readPerCpuArray(known.values, words, keys.length);
    const rows = [...keys.map((key, i) => ({ key, values: values[i]! })), ...grown].map((entry) =>
      this.#row(entry),
    );
    return {
      layout: this.#layout,
      rows: rows.filter((row) => row !== null),
      overflow: this.#row(first(overflow)),
    };
  }

  close(): void {
    this.#descriptors.forEach(closeDescriptor);
  }

  #create(entries: number): CountMaps {
    const { keySize, words } = this.#layout;
    const known = this.#known;
    const grown = entries - (known?.keys.length ?? 0);
    return {
      groups: this.#keep(
        keySize === 0
          ? createPerCpuArray("corelens_count", words)
          : createPerCpuHash("corelens_groups", keySize, words, Math.max(1, grown)),
      ),
      known: known && {
        slots: this.#keep(createTable("corelens_known", known.slots)),
        values: this.#keep(createPerCpuArray("corelens_values", words, known.keys.length)),
        hash: known.hash,
      },
      overflow: this.#keep(createPerCpuArray("corelens_more", words)),
      zero: this.#keep(createZero("corelens_zero", 8 * words)),
    };
  }

  #keep(descriptor: number): number {
    this.#descriptors.push(descriptor);
    return descriptor;
  }

  /** Null when nothing was counted. */
  #row({ key, values }: PerCpuEntry): Row | null {
    const words = this.#fold(values);
    if (words.every((word) => word === 0n)) return null;
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
