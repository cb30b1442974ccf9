import { type Assembler, type Label, reg } from "../bpf/assembler.ts";
import { FP, R0, R1, R2, R3, R4, R7, R8 } from "../bpf/instruction.ts";
import { type FieldReference, type Integer, MIN_UNSIGNED } from "../query/condition.ts";
import type { ArgumentLoader } from "../tracer/argument-loader.ts";
import { IntegerWriter } from "../tracer/integer-writer.ts";
import type { Action } from "../tracer/program.ts";
import type { CountLayout, MeasureLayout } from "./count-layout.ts";
import { type Scale, stepsOf } from "./histogram.ts";
import { KeyWriter } from "./key-writer.ts";

/** The fields and integers that a program computes for a layout. */
export interface CountedTerms {
  readonly by: readonly FieldReference[];
  readonly measures: readonly Integer[];
  readonly histogram: Integer | null;
}

/** The maps that hold a tracepoint's counts. */
export interface CountMaps {
  /** Values by key; an array of one when there is no key. */
  readonly groups: number;
  /** One value for all events beyond the maximum number of groups. */
  readonly overflow: number;
  /** A value of zeros, with which a group starts. */
  readonly zero: number;
}

/** Counts events in maps; the reader receives no record. */
export function countIn(maps: CountMaps, layout: CountLayout, terms: CountedTerms): Action {
  return (asm, loader) => new CountWriter(asm, loader, maps, layout, terms).write();
}

/** Stack offset of the address of the group's value. */
const GROUP = -512;
const NOT_THERE_YET = 1;
/** Attempts to change an extreme when another program changes it at the same moment. */
const ATTEMPTS = 3;

/**
 * Writes the instructions that count one event.
 *
 *     key ──► look up ──► count += 1 ──► each measure ──► bucket
 *               │ not found          ▲
 *               ▼                    │
 *             add it ──► look up ────┤
 *                           │ full   │
 *                           ▼        │
 *                        overflow ───┘
 *
 * Each CPU has its own values. All changes are atomic nevertheless, as a program can interrupt another on the same CPU.
 */
class CountWriter {
  readonly #asm: Assembler;
  readonly #loader: ArgumentLoader;
  readonly #integers: IntegerWriter;
  readonly #maps: CountMaps;
  readonly #layout: CountLayout;
  readonly #terms: CountedTerms;

  constructor(
    asm: Assembler,
    loader: ArgumentLoader,
    maps: CountMaps,
    layout: CountLayout,
    terms: CountedTerms,
  ) {
    this.#asm = asm;
    this.#loader = loader;
    this.#integers = new IntegerWriter(asm, loader);
    this.#maps = maps;
    this.#layout = layout;
    this.#terms = terms;
  }

  write(): void {
    const asm = this.#asm;
    const nowhere = asm.label();
    if (this.#layout.keySize > 0) this.#findGroup(nowhere);
    else this.#lookUpFirst(this.#maps.groups, nowhere);
    asm.store(8, FP, GROUP, reg(R0)).mov(R1, 1).atomicAdd(8, R0, 0, R1);
    for (const [i, measure] of this.#layout.measures.entries()) {
      this.#measure(measure, this.#terms.measures[i]!);
    }
    const { histogram } = this.#layout;
    if (histogram !== null) {
      this.#integers.write(this.#terms.histogram!, nowhere);
      if (histogram.scale.kind === "log2") this.#findExponent(histogram.signed);
      else this.#findStep(histogram.scale, histogram.signed);
      this.#addToBucket(8 * histogram.at);
    }
    asm.place(nowhere);
  }

  /** R0 = the value of the event's group, or of the overflow. */
  #findGroup(nowhere: Label): void {
    const asm = this.#asm;
    const { groups, overflow, zero } = this.#maps;
    const key = new KeyWriter(asm, this.#loader, this.#layout);
    const found = asm.label();
    const lookUp = () =>
      asm
        .loadMap(R1, groups)
        .mov(R2, reg(FP))
        .alu("add", R2, key.offset)
        .call("map_lookup_elem")
        .jumpIf(R0, "!=", 0, found);
    key.write(this.#layout.parts, this.#terms.by);
    lookUp();
    asm
      .loadMap(R1, groups)
      .mov(R2, reg(FP))
      .alu("add", R2, key.offset)
      .loadMapValue(R3, zero, 0)
      .mov(R4, NOT_THERE_YET)
      .call("map_update_elem");
    lookUp();
    this.#lookUpFirst(overflow, nowhere);
    asm.place(found);
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

  #measure({ signed, unknown, sum, extremes }: MeasureLayout, integer: Integer): void {
    const asm = this.#asm;
    const cannot = asm.label();
    const done = asm.label();
    this.#integers.write(integer, cannot);
    asm.load(8, R8, FP, GROUP);
    if (sum !== null) {
      asm
        .mov(R1, reg(R7))
        .alu("lsh", R1, 32)
        .alu("rsh", R1, 32)
        .atomicAdd(8, R8, 8 * sum, R1)
        .mov(R1, reg(R7))
        .alu(signed ? "arsh" : "rsh", R1, 32)
        .atomicAdd(8, R8, 8 * (sum + 1), R1);
    }
    if (extremes !== null) {
      if (signed) asm.loadImmediate64(R1, MIN_UNSIGNED).alu("xor", R7, reg(R1));
      this.#raise(8 * extremes);
      asm.alu("xor", R7, -1);
      this.#raise(8 * (extremes + 1));
    }
    asm.jump(done).place(cannot).load(8, R8, FP, GROUP).mov(R1, 1);
    asm.atomicAdd(8, R8, 8 * unknown, R1).place(done);
  }

  /** The word at R8 + offset = the greater of itself and R7. */
  #raise(offset: number): void {
    const asm = this.#asm;
    const done = asm.label();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      asm
        .load(8, R0, R8, offset)
        .jumpIf(R0, ">=", reg(R7), done)
        .mov(R2, reg(R0))
        .atomicCompareExchange(8, R8, offset, R7)
        .jumpIf(R0, "==", reg(R2), done);
    }
    asm.place(done);
  }

  /**
   * R8 = the bucket of R7. Finds the exponent by binary search without jumps: each jump would double the paths that the
   * verifier checks.
   */
  #findExponent(signed: boolean): void {
    const asm = this.#asm;
    const indexed = asm.label();
    asm.mov(R8, 0);
    if (signed) asm.jumpIf(R7, "s<", 0, indexed);
    asm.mov(R8, 1).jumpIf(R7, "==", 0, indexed).mov(R8, 2);
    for (const bits of [32, 16, 8, 4, 2, 1]) {
      // R2 = `bits` when there is a bit at or above that place, else 0.
      asm
        .mov(R1, reg(R7))
        .alu("rsh", R1, bits)
        .mov(R2, reg(R1))
        .alu("mul", R2, -1)
        .alu("or", R2, reg(R1))
        .alu("rsh", R2, 63)
        .alu("lsh", R2, Math.log2(bits))
        .alu("rsh", R7, reg(R2))
        .alu("add", R8, reg(R2));
    }
    asm.place(indexed);
  }

  /** R8 = the bucket of R7. */
  #findStep(scale: Scale & { kind: "linear" }, signed: boolean): void {
    const asm = this.#asm;
    const indexed = asm.label();
    // An unsigned value is never below a negative bound.
    const isAbove = (bound: number): boolean => !signed && bound <= 0;
    asm.mov(R8, 0).loadImmediate64(R1, BigInt(scale.low));
    if (!isAbove(scale.low)) asm.jumpIf(R7, signed ? "s<" : "<", reg(R1), indexed);
    asm.mov(R8, stepsOf(scale) + 1).loadImmediate64(R2, BigInt(scale.high));
    if (isAbove(scale.high)) asm.jump(indexed);
    else asm.jumpIf(R7, signed ? "s>=" : ">=", reg(R2), indexed);
    asm
      .alu("sub", R7, reg(R1))
      .loadImmediate64(R1, BigInt(scale.step))
      .alu("div", R7, reg(R1))
      // Never taken; it shows the verifier the bound.
      .jumpIf(R7, ">=", stepsOf(scale), indexed)
      .mov(R8, reg(R7))
      .alu("add", R8, 1)
      .place(indexed);
  }

  /** Adds 1 to bucket R8. */
  #addToBucket(offset: number): void {
    this.#asm
      .load(8, R7, FP, GROUP)
      .alu("lsh", R8, 3)
      .alu("add", R7, reg(R8))
      .mov(R1, 1)
      .atomicAdd(8, R7, offset, R1);
  }
}
