import type { Asked } from "../counting/columns.ts";
import { CorelensError } from "../errors.ts";
import type { EventKind } from "../event/kind.ts";
import type { EventSource } from "../event/source.ts";
import type { EventRequest } from "../session/attach/delivery.ts";

/** How the events that a command shows are made from the events of a node or a recording. */
export interface Derivation {
  /** The names of the events; null if the command line chooses them. */
  readonly patterns: readonly string[] | null;
  /** How they are counted by default. */
  readonly byDefault?: Asked & { readonly by?: readonly string[] };
  /** What to trace for a request. */
  traced(request: EventRequest): EventRequest;
  /**
   * The requested events.
   * @param kinds all kinds that a recording has; by default those that the source has now
   * @throws CorelensError and QueryError of the request
   */
  derive(source: EventSource, request: EventRequest, kinds?: readonly EventKind[]): EventSource;
}

/** Options that ask for derived events. */
export interface DerivingOptions {
  readonly cause?: boolean;
  readonly handled?: boolean;
  readonly between?: string;
  readonly per?: string;
}

/**
 * The derivation that the options ask for; null for none.
 * @param patterns of the command line
 * @throws CorelensError USAGE; QueryError QUERY_SYNTAX
 */
export async function derivationOf(
  patterns: readonly string[],
  { cause, handled, between, per }: DerivingOptions,
): Promise<Derivation | null> {
  if ((between ?? handled) !== undefined && patterns.length > 0) {
    const option = handled ? "--handled" : "--between";
    const problem = `${option} chooses the tracepoints, so ${patterns.join(", ")} cannot be added`;
    throw new CorelensError("USAGE", problem, "select events with --where");
  }
  if (between !== undefined) return (await import("./between.ts")).intervalsOf(between, per);
  if (per !== undefined) throw new CorelensError("USAGE", "--per needs --between", "omit --per");
  if (handled) return (await import("./handled.ts")).HANDLED_MESSAGES;
  return cause ? (await import("./causes.ts")).CAUSES : null;
}

/** Options that leave out or add events, so that what is derived from the others would be wrong. */
const DISTURBING = ["sample", "rate", "explain", "socket", "callbacks"] as const;

/**
 * Refuses options that cannot be combined with derived events.
 * @throws CorelensError USAGE
 */
export function checkDerivable(
  options: DerivingOptions &
    Readonly<Record<string, unknown>> & { readonly sources: readonly string[] },
): void {
  const deriving = (["cause", "handled", "between"] as const).find(
    (name) => options[name] !== undefined,
  );
  if (deriving === undefined) return;
  if (options.sources.includes("ipc"))
    throw new CorelensError("USAGE", `--${deriving} needs --sources usdt`, "omit --sources");
  const name = DISTURBING.find((each) => options[each] !== undefined);
  if (name === undefined) return;
  const problem = `--${deriving} cannot be combined with --${name}`;
  throw new CorelensError("USAGE", problem, `omit --${name}`);
}
