import { CorelensError } from "../errors.ts";
import { NOP, NOP5, NOP10, type SiteInstruction } from "../usdt/site-instruction.ts";
import { type SiteTrial, trySite } from "./site-trial.ts";

/**
 * Returns the offset from the site's location at which to attach, in bytes; null when attaching would damage the traced
 * function.
 *
 * Two instructions need a trial of this kernel (`trySite`), once in each process: some kernels damage functions at a
 * five-byte nop alone, and others attach faster to a ten-byte nop that follows a one-byte nop.
 */
export function safeOffset(instruction: SiteInstruction | null): number | null {
  if (instruction === "nop5") return lone5().isIntact ? 0 : null;
  if (instruction === "nop-nop10") {
    const { fires, isIntact } = second10();
    return fires && isIntact ? NOP.length : 0;
  }
  return 0;
}

const lone5 = once(() => trial(NOP5, 0));
const second10 = once(() => trial([...NOP, ...NOP10], NOP.length));

/** If the trial fails, assumes that the kernel damages the function. */
function trial(instructions: readonly number[], at: number): SiteTrial {
  try {
    return trySite(instructions, at);
  } catch (error) {
    if (error instanceof CorelensError) return { fires: false, isIntact: false };
    throw error;
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
