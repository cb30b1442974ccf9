import { Assembler, type Label, reg } from "../bpf/assembler.ts";
import { FP, R0, R1, R2, R3, R4, R6, R9 } from "../bpf/instruction.ts";
import type { PidNamespace } from "../kernel/pid-namespace.ts";
import type { Condition } from "../query/condition.ts";
import type { Argument } from "../usdt/argument.ts";
import { ArgumentLoader } from "./argument-loader.ts";
import { FilterWriter } from "./filter-writer.ts";
import { type BufferIndex, EVERYBODY, MAX_OTHERS, NEWCOMERS, SHARED } from "./shared-state.ts";

/**
 * What runs in the kernel each time the traced process passes a probe site. The code is made for exactly this site,
 * because where an argument lies (a register, the stack, a constant) differs from site to site. One program can hold
 * the code of many sites; it then asks at which it runs.
 *
 *     whose event? ──► at which site? ──► the site's own code: asked for? ──► record it, or count it
 *          │ another process's                                      │                  │
 *          └──────────────────────────────────────────────────────►exit◄───────────────┘
 *
 * R6 = registers of the traced process (pt_regs), R9 = the ids of process and thread.
 */
export interface ProgramTarget {
  /** The map of the shared state. */
  readonly shared: number;
  /** When it may report. */
  readonly turn: BufferIndex;
  /** The kernel lets uprobe programs sleep. */
  readonly sleepable: boolean;
  /** In which process ids are to be understood; null for the machine's own. */
  readonly pidNamespace: PidNamespace | null;
}

/**
 * What is done with an event: instructions that may use every register but R6 and R9. The program ends behind them.
 */
export type Action = (asm: Assembler, loader: ArgumentLoader) => void;

/** What to do at one site. */
export interface SiteCode {
  /** Where the site's arguments lie. */
  readonly arguments: readonly Argument[];
  readonly action: Action;
  /** What an event has to pass before anything is done with it; left out, all do. */
  readonly condition?: Condition | null;
  /** What has to hold, too; left out where the site lets every argument of the condition be read. */
  readonly certainty?: Certainty | null;
}

/**
 * What is left of a condition without the arguments that a site never lets be read. In the condition itself a test of
 * them counts as true; an event that passes it and not this one cannot be decided on.
 */
export interface Certainty {
  readonly condition: Condition;
  /** What is done with an event that cannot be decided on. */
  readonly otherwise: (asm: Assembler) => void;
}

/** @param sites in the order of their cookies; a program for only one asks for no cookie */
export function compileProgram(sites: readonly SiteCode[], target: ProgramTarget): Uint8Array {
  const asm = new Assembler();
  const entries = sites.map((site) => ({ site, entry: asm.label() }));
  const begin = asm.label();
  const unwanted = asm.label();
  asm.mov(R6, reg(R1));
  loadIds(asm, target.pidNamespace);
  // Only the process that is meant: others may run the same file.
  asm
    .mov(R1, reg(R9))
    .alu("rsh", R1, 32)
    .loadMapValue(R2, target.shared, SHARED.process(target.turn))
    .load(4, R2, R2, 0)
    .jumpIf(R2, "==", reg(R1), begin)
    .jumpIf(R2, "==", EVERYBODY, begin)
    .jumpIf(R2, "!=", NEWCOMERS, unwanted)
    .loadMapValue(R2, target.shared, SHARED.others);
  for (let i = 0; i < MAX_OTHERS; i++) {
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

/** Jumps to the entry whose index is in R0, by halves; `first` is the index of the first of them. */
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
