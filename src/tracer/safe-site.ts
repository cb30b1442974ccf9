import { CorelensError } from "../errors.ts";
import { NOP, NOP5, NOP10, type SiteInstruction } from "../usdt/site-instruction.ts";
import { type SiteTrial, trySite } from "./site-trial.ts";

/**
 * Where to attach at a site, in bytes from its location; null where attaching would damage the traced function.
 *
 * Only two instructions need a trial of this kernel (`trySite`), once a process: a lone five-byte nop is damaged by
 * some kernels, and the ten-byte nop after a one-byte nop is the faster place on others.
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

/** A kernel that cannot be tried is trusted with nothing. */
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
