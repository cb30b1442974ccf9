import { type Assembler, reg } from "../bpf/assembler.ts";
import { FP, R0, R1, R2, R7, R8 } from "../bpf/instruction.ts";
import { type FieldReference, type Integer, MIN_UNSIGNED } from "../query/condition.ts";
import type { ArgumentLoader } from "../tracer/argument-loader.ts";
import { IntegerWriter } from "../tracer/integer-writer.ts";
import type { Action } from "../tracer/program.ts";
import { writeBucket } from "./bucket-writer.ts";
import type { CountLayout, HistogramLayout, MeasureLayout } from "./count-layout.ts";
import { type CountMaps, GroupFinder } from "./group-finder.ts";
import { LOAD_ROOM } from "./key-writer.ts";

/** The fields and integers that a program computes for a layout. */
export interface CountedTerms {
  readonly by: readonly FieldReference[];
  readonly measures: readonly Integer[];
  readonly histogram: Integer | null;
}

/** Counts events in maps; the reader receives no record. */
export function countIn(maps: CountMaps, layout: CountLayout, terms: CountedTerms): Action {
  return (asm, loader) => new CountWriter(asm, loader, maps, layout, terms).write();
}

/**
 * Stack offset of the address of the group's value, where the key was. The kernel gives a program that uses 64 bytes or
 * more a stack of its own in other memory, which costs the node about 28 ns.
 */
const GROUP = -LOAD_ROOM - 8;
/** Attempts to change an extreme when another program changes it at the same moment. */
const ATTEMPTS = 3;

/**
 * Writes the instructions that count one event.
 *
 *     find the group ──► bucket += 1, or count += 1 without a histogram ──► each measure
 *
 * Each CPU has its own values. All changes are atomic nevertheless, as a program can interrupt another on the same CPU.
 * An atomic change costs the node about 5 ns, so the program makes as few as possible.
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
    new GroupFinder(asm, this.#loader, this.#maps, this.#layout).write(this.#terms.by, nowhere);
    asm.store(8, FP, GROUP, reg(R0));
    // The count comes first: a reader never sees a sum of more events than are counted.
    if (this.#layout.histogram === null) this.#addOne(0);
    else this.#countInBucket(this.#layout.histogram);
    for (const [i, measure] of this.#layout.measures.entries()) {
      this.#measure(measure, this.#terms.measures[i]!);
    }
    asm.place(nowhere);
  }

  #countInBucket(histogram: HistogramLayout): void {
    const asm = this.#asm;
    const unknown = asm.label();
    const done = asm.label();
    this.#integers.write(this.#terms.histogram!, unknown);
    writeBucket(asm, histogram);
    asm
      .load(8, R7, FP, GROUP)
      .alu("lsh", R8, 3)
      .alu("add", R7, reg(R8))
      .mov(R1, 1)
      .atomicAdd(8, R7, 8 * histogram.at, R1)
      .jump(done)
      .place(unknown);
    this.#addOne(0);
    asm.place(done);
  }

  #measure({ signed, unknown, sum, extremes }: MeasureLayout, integer: Integer): void {
    const asm = this.#asm;
    const cannot = asm.label();
    const done = asm.label();
    this.#integers.write(integer, cannot);
    asm.load(8, R8, FP, GROUP);
    if (sum !== null) this.#addToSum(8 * sum, signed);
    if (extremes !== null) {
      if (signed) asm.loadImmediate64(R1, MIN_UNSIGNED).alu("xor", R7, reg(R1));
      this.#raise(8 * extremes);
      asm.alu("xor", R7, -1);
      this.#raise(8 * (extremes + 1));
    }
    asm.jump(done).place(cannot);
    this.#addOne(8 * unknown);
    asm.place(done);
  }

  /** Adds R7 to the halves of a sum at R8 + offset. The high half rarely changes. */
  #addToSum(offset: number, signed: boolean): void {
    const asm = this.#asm;
    const isLow = asm.label();
    asm
      .mov(R1, reg(R7))
      .alu("lsh", R1, 32)
      .alu("rsh", R1, 32)
      .atomicAdd(8, R8, offset, R1)
      .mov(R1, reg(R7))
      .alu(signed ? "arsh" : "rsh", R1, 32)
      .jumpIf(R1, "==", 0, isLow)
      .atomicAdd(8, R8, offset + 8, R1)
      .place(isLow);
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

  #addOne(offset: number): void {
    this.#asm.load(8, R0, FP, GROUP).mov(R1, 1).atomicAdd(8, R0, offset, R1);
  }
}
