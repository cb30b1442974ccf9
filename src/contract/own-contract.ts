import type { Field } from "./types.ts";

/**
 * Tracepoints that the user describes, in place of the contract's and beside them: those of a fork that passes other
 * arguments than Bitcoin Core, or of another program. They hold for this process.
 */
const described = new Map<string, OwnTracepoint>();

/** A tracepoint as a contract file describes it. */
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
