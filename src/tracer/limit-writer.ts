import { type Assembler, type Label, reg } from "../bpf/assembler.ts";
import { R0, R1, R2, R3 } from "../bpf/instruction.ts";
import { SHARED } from "./shared-state.ts";

/** Limits on the events of a tracepoint. */
export interface Limits {
  /** Deliver one event in `sample`, at random; all when null. */
  readonly sample: number | null;
  /** Deliver about `rate` events a second at most; all when null. */
  readonly rate: number | null;
}

export const NO_LIMITS: Limits = { sample: null, rate: null };

const NANOSECONDS = 1_000_000_000;

/**
 * Writes the instructions that omit and count the events beyond the limits. When two CPUs begin a second at the same
 * moment, a few events more can pass.
 * @param id the tracepoint's place in the shared state
 */
export function writeLimits(
  asm: Assembler,
  { sample, rate }: Limits,
  shared: number,
  id: number,
): void {
  if (sample === null && rate === null) return;
  const over = asm.label();
  const within = asm.label();
  if (sample !== null) {
    asm.call("get_prandom_u32").alu("mod", R0, sample).jumpIf(R0, "!=", 0, over);
  }
  if (rate !== null) takeOne(asm, rate, shared, id, over);
  asm
    .jump(within)
    .place(over)
    .loadMapValue(R1, shared, SHARED.omitted(id))
    .mov(R2, 1)
    .atomicAdd(8, R1, 0, R2)
    .mov(R0, 0)
    .exit()
    .place(within);
}

/** Counts an event of the current second; jumps to `over` when the second already has `rate` events. */
function takeOne(asm: Assembler, rate: number, shared: number, id: number, over: Label): void {
  const sameSecond = asm.label();
  asm
    .call("ktime_get_ns")
    .alu("div", R0, NANOSECONDS)
    .loadMapValue(R1, shared, SHARED.second(id))
    .load(8, R2, R1, 0)
    .jumpIf(R2, "==", reg(R0), sameSecond)
    .store(8, R1, 0, reg(R0))
    .store(8, R1, SHARED.taken(id) - SHARED.second(id), 0)
    .place(sameSecond)
    .load(8, R3, R1, SHARED.taken(id) - SHARED.second(id))
    .jumpIf(R3, ">=", rate, over)
    .mov(R2, 1)
    .atomicAdd(8, R1, SHARED.taken(id) - SHARED.second(id), R2);
}
