import { type Assembler, type Label, reg } from "../bpf/assembler.ts";
import { FP, R0, R1, R2, R3, R4 } from "../bpf/instruction.ts";
import type { FieldReference } from "../query/condition.ts";
import type { ArgumentLoader } from "../tracer/argument-loader.ts";
import { type CountLayout, KEY_FLAGS_SIZE } from "./count-layout.ts";
import { KeyWriter } from "./key-writer.ts";
import { FOLD, type KeyHash, slotSize } from "./known-groups.ts";

/** The maps that hold a tracepoint's counts. */
export interface CountMaps {
  /** Values by key; an array of one when there is no key. */
  readonly groups: number;
  /** A table of the known keys, with an array of their values. */
  readonly known: {
    readonly slots: number;
    readonly values: number;
    readonly hash: KeyHash;
  } | null;
  /** One value for all events beyond the maximum number of groups. */
  readonly overflow: number;
  /** A value of zeros, with which a group starts. */
  readonly zero: number;
}

const NOT_THERE_YET = 1;

/**
 * Writes the instructions that find the value of an event's group.
 *
 *     key ──► known? ──yes─────────────────┐
 *               │ no                       ▼
 *            look up ──found────────────► value
 *               │ not found                ▲
 *            add it ──► look up again ─────┤
 *                         │ full           │
 *                         └──► overflow ───┘
 */
export class GroupFinder {
  readonly #asm: Assembler;
  readonly #maps: CountMaps;
  readonly #layout: CountLayout;
  readonly #key: KeyWriter;

  constructor(asm: Assembler, loader: ArgumentLoader, maps: CountMaps, layout: CountLayout) {
    this.#asm = asm;
    this.#maps = maps;
    this.#layout = layout;
    this.#key = new KeyWriter(asm, loader, layout);
  }

  /** R0 = the value. Jumps to `nowhere` without one. @param by the fields of the key's parts */
  write(by: readonly FieldReference[], nowhere: Label): void {
    const { groups, overflow, zero } = this.#maps;
    if (by.length === 0) {
      this.#lookUpFirst(groups, nowhere);
      return;
    }
    const found = this.#asm.label();
    this.#key.write(this.#layout.parts, by);
    this.#findKnown(found);
    this.#lookUp(groups, found);
    this.#asm
      .loadMap(R1, groups)
      .mov(R2, reg(FP))
      .alu("add", R2, this.#key.offset)
      .loadMapValue(R3, zero, 0)
      .mov(R4, NOT_THERE_YET)
      .call("map_update_elem");
    this.#lookUp(groups, found);
    this.#lookUpFirst(overflow, nowhere);
    this.#asm.place(found);
  }

  /** Jumps to `found` with R0 = the value if the key is known. */
  #findKnown(found: Label): void {
    const { known } = this.#maps;
    if (known === null) return;
    const asm = this.#asm;
    const { keySize } = this.#layout;
    const key = this.#key.offset;
    const unknown = asm.label();
    asm.load(8, R1, FP, key + KEY_FLAGS_SIZE);
    for (let at = KEY_FLAGS_SIZE + 8; at < keySize; at += 8) {
      asm
        .alu("mul", R1, FOLD)
        .load(8, R2, FP, key + at)
        .alu("add", R1, reg(R2));
    }
    asm
      .loadImmediate64(R2, known.hash.multiplier)
      .alu("mul", R1, reg(R2))
      .alu("rsh", R1, 64 - known.hash.bits)
      .alu("mul", R1, slotSize(this.#layout))
      .loadMapValue(R3, known.slots, 0)
      .alu("add", R3, reg(R1));
    for (let at = 0; at < keySize; at += 8) {
      asm
        .load(8, R1, R3, at)
        .load(8, R2, FP, key + at)
        .jumpIf(R1, "!=", reg(R2), unknown);
    }
    asm
      .loadMap(R1, known.values)
      .mov(R2, reg(R3))
      .alu("add", R2, keySize)
      .call("map_lookup_elem")
      .jumpIf(R0, "!=", 0, found)
      .place(unknown);
  }

  #lookUp(map: number, found: Label): void {
    this.#asm
      .loadMap(R1, map)
      .mov(R2, reg(FP))
      .alu("add", R2, this.#key.offset)
      .call("map_lookup_elem")
      .jumpIf(R0, "!=", 0, found);
  }

  /** R0 = the only value of an array. */
  #lookUpFirst(map: number, nowhere: Label): void {
    this.#asm
      .store(4, FP, -4, 0)
      .loadMap(R1, map)
      .mov(R2, reg(FP))
      .alu("add", R2, -4)
      .call("map_lookup_elem")
      .jumpIf(R0, "==", 0, nowhere);
  }
}
