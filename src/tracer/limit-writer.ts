import { type Assembler, type Label, reg } from "../bpf/assembler.ts";
import { R0, R1, R2, R3 } from "../bpf/instruction.ts";
import { SHARED } from "./shared-state.ts";

/** How many of a tracepoint's events are wanted. */
export interface Limits {
  /** One in so many, chosen by chance; all when null. */
  readonly sample: number | null;
  /** At most about so many a second; as many as there are when null. */
  readonly rate: number | null;
}

export const NO_LIMITS: Limits = { sample: null, rate: null };

const NANOSECONDS = 1_000_000_000;

/**
 * Writes the instructions that leave out what exceeds the limits, and count that. Two CPUs that begin a second at
 * the same moment may let a few events more pass.
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

/** Jumps to `over` when as many as may be were taken in the current second. */
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
