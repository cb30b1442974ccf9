import { Assembler, type Label, reg } from "../bpf/assembler.ts";
import { FP, R0, R1, R2, R3, R4, R6, R9 } from "../bpf/instruction.ts";
import type { PidNamespace } from "../kernel/pid-namespace.ts";
import type { Condition } from "../query/condition.ts";
import type { Argument } from "../usdt/argument.ts";
import { ArgumentLoader } from "./argument-loader.ts";
import { FilterWriter } from "./filter-writer.ts";
import {
  EVERY_PROCESS,
  MAX_EXCLUDED,
  NEW_PROCESSES,
  type ProgramSet,
  SHARED,
} from "./shared-state.ts";

/**
 * The program that the kernel runs each time the traced process passes a probe site. Each site has its own code, because
 * its arguments lie elsewhere: in a register, on the stack, or in the instruction as a constant. One program holds the
 * code of many sites and finds the site by its cookie.
 *
 *     test the process ──► find the site ──► test the condition ──► record or count the event
 *          │ another process                       │ false                   │
 *          └─────────────────────────────────────►exit◄──────────────────────┘
 *
 * R6 = registers of the traced process (pt_regs), R9 = the ids of process and thread.
 */
export interface ProgramTarget {
  /** The map of the shared state. */
  readonly shared: number;
  /** The set that the program belongs to. */
  readonly set: ProgramSet;
  /** The kernel lets uprobe programs sleep. */
  readonly sleepable: boolean;
  /** The namespace of the process ids; null for the machine's first one. */
  readonly pidNamespace: PidNamespace | null;
}

/** Writes the instructions that record or count an event. They keep R6 and R9; the program ends after them. */
export type Action = (asm: Assembler, loader: ArgumentLoader) => void;

/** A site's arguments, and the work to do there. */
export interface SiteCode {
  /** Where the site's arguments lie. */
  readonly arguments: readonly Argument[];
  readonly action: Action;
  /** The action takes only events that meet this condition. */
  readonly condition?: Condition | null;
  /** Present where the site has arguments of the condition that cannot be read. */
  readonly certainty?: Certainty | null;
}

/**
 * Decides on events at a site where some arguments of the condition cannot be read. In SiteCode.condition each test of such
 * an argument is true; here it is false. An event that meets only SiteCode.condition is undecided.
 */
export interface Certainty {
  readonly condition: Condition;
  /** Writes the instructions for an undecided event. */
  readonly otherwise: (asm: Assembler) => void;
}

/** @param sites in the order of their cookies; a program of one site does not read the cookie */
export function compileProgram(sites: readonly SiteCode[], target: ProgramTarget): Uint8Array {
  const asm = new Assembler();
  const entries = sites.map((site) => ({ site, entry: asm.label() }));
  const begin = asm.label();
  const unwanted = asm.label();
  asm.mov(R6, reg(R1));
  loadIds(asm, target.pidNamespace);
  // Other processes may run the same file.
  asm
    .mov(R1, reg(R9))
    .alu("rsh", R1, 32)
    .loadMapValue(R2, target.shared, SHARED.process(target.set))
    .load(4, R2, R2, 0)
    .jumpIf(R2, "==", reg(R1), begin)
    .jumpIf(R2, "==", EVERY_PROCESS, begin)
    .jumpIf(R2, "!=", NEW_PROCESSES, unwanted)
    .loadMapValue(R2, target.shared, SHARED.excluded);
  for (let i = 0; i < MAX_EXCLUDED; i++) {
    asm.load(4, R3, R2, 4 * i).jumpIf(R3, "==", reg(R1), unwanted);
  }
  asm.place(begin);
  if (sites.length > 1) {
    asm.mov(R1, reg(R6)).call("get_attach_cookie");
    dispatch(
      asm,
      entries.map(({ entry }) => entry),
      0,
    );
  }
  for (const { site, entry } of entries) {
    asm.place(entry);
    const loader = new ArgumentLoader(asm, site.arguments, target.sleepable);
    const filter = new FilterWriter(asm, loader);
    const undecided = asm.label();
    if (site.condition) filter.write(site.condition, unwanted);
    if (site.certainty) filter.write(site.certainty.condition, undecided);
    site.action(asm, loader);
    asm.jump(unwanted).place(undecided);
    site.certainty?.otherwise(asm);
    asm.jump(unwanted);
  }
  return asm.place(unwanted).mov(R0, 0).exit().finish();
}

/** R9 = process id in the upper half, thread id in the lower. */
export function loadIds(asm: Assembler, namespace: PidNamespace | null): void {
  if (namespace === null) {
    asm.call("get_current_pid_tgid").mov(R9, reg(R0));
    return;
  }
  asm
    .store(8, FP, -8, 0)
    .loadImmediate64(R1, namespace.device)
    .loadImmediate64(R2, namespace.inode)
    .mov(R3, reg(FP))
    .alu("add", R3, -8)
    .mov(R4, 8)
    .call("get_ns_current_pid_tgid")
    .load(8, R9, FP, -8);
}

/** Jumps to the entry with the index in R0, by binary search. `first` is the index of entries[0]. */
function dispatch(asm: Assembler, entries: readonly Label[], first: number): void {
  if (entries.length === 1) {
    asm.jump(entries[0]!);
    return;
  }
  const half = entries.length >> 1;
  const upper = asm.label();
  asm.jumpIf(R0, ">=", first + half, upper);
  dispatch(asm, entries.slice(0, half), first);
  asm.place(upper);
  dispatch(asm, entries.slice(half), first + half);
}
