import { CorelensError } from "../../errors.ts";
import { matches } from "../../session/attach/selection.ts";
import type { IpcSelection } from "../../session/source/ipc-source.ts";
import { EQUIVALENT_EVENTS } from "../../session/source/merged/equivalent-events.ts";
import { selectCallbacks } from "../../terminal/ipc-options.ts";

/** Options of `trace` that apply to IPC. */
export interface IpcEventOptions {
  readonly callbacks?: readonly string[] | true;
  readonly fields?: readonly string[];
  readonly where?: string;
  readonly sample?: number;
  readonly rate?: number;
  readonly from?: string;
  readonly explain?: boolean;
}

/** Options that IPC does not support. */
const OF_TRACEPOINTS_ONLY = ["where", "sample", "rate", "from", "explain"] as const;

/**
 * The events of IPC that the patterns select, by their own names or by equivalent tracepoints.
 * @throws CorelensError USAGE for options that need tracepoints
 */
export async function selectIpcEvents(
  patterns: readonly string[],
  options: IpcEventOptions,
): Promise<IpcSelection> {
  const unfit = OF_TRACEPOINTS_ONLY.find((name) => options[name] !== undefined);
  if (unfit)
    throw new CorelensError("USAGE", `--${unfit} works with tracepoints only, not with IPC`);
  const payloads = options.fields !== undefined;
  if (payloads && options.fields.some((name) => name !== "*")) {
    // Hashes are necessary: they identify an event in both sources.
    throw new CorelensError("USAGE", "with IPC, --fields must be '*' or omitted");
  }
  const tracepointOf = new Map<string, string>(
    Object.entries(EQUIVALENT_EVENTS).map(([tracepoint, { ipc }]) => [ipc, tracepoint]),
  );
  const isWanted = (name: string): boolean => {
    const names = [name, tracepointOf.get(name) ?? name];
    return (
      patterns.length === 0 || patterns.some((pattern) => names.some((n) => matches(pattern, n)))
    );
  };
  return { callbacks: await selectCallbacks(options.callbacks), payloads, isWanted };
}

/** @throws CorelensError USAGE when all patterns name events of IPC */
export function tracepointPatterns(patterns: readonly string[]): string[] {
  const own = patterns.filter((pattern) => !pattern.startsWith("ipc:"));
  if (own.length > 0 || patterns.length === 0) return own;
  throw new CorelensError(
    "USAGE",
    "all patterns name events of IPC",
    "`corelens ipc watch` prints these events",
  );
}
