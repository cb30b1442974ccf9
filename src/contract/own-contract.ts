import type { Field, FieldType } from "./types.ts";

/** Types that a user can give an argument; `bytes` also needs a length. */
export const DESCRIBABLE_TYPES = [
  ...(["int64", "uint64", "int32", "uint32", "int16", "uint16", "int8", "uint8"] as const),
  ...(["bool", "string", "hash", "float64", "float32"] as const),
] satisfies readonly FieldType[];

/**
 * Tracepoints that the user describes: of another program, or of a fork with other arguments. They replace the contract's
 * tracepoints of the same names, in this process.
 */
const described = new Map<string, OwnTracepoint>();

/** A tracepoint of a contract file. */
export interface OwnTracepoint {
  /** `context:event` */
  readonly name: string;
  readonly summary: string;
  readonly fields: readonly Field[];
}

export function describeTracepoints(tracepoints: readonly OwnTracepoint[]): void {
  for (const tracepoint of tracepoints) described.set(tracepoint.name, tracepoint);
}

export function ownTracepoint(name: string): OwnTracepoint | undefined {
  return described.get(name);
}

/** For tests, which share a process. */
export function forgetTracepoints(): void {
  described.clear();
}
