import { CorelensError } from "../../errors.ts";
import { matches } from "../../session/attach/selection.ts";
import type { IpcSelection } from "../../session/source/ipc-source.ts";
import { EQUIVALENT_EVENTS } from "../../session/source/merged/equivalent-events.ts";
import { selectCallbacks } from "../../terminal/ipc-options.ts";

/** What of `trace`'s options says what IPC is to tell. */
export interface IpcEventOptions {
  readonly callbacks?: readonly string[] | true;
  readonly fields?: readonly string[];
  readonly where?: string;
  readonly sample?: number;
  readonly rate?: number;
  readonly from?: string;
  readonly explain?: boolean;
}

/** Only the kernel and the reader of its records know them. */
const OF_TRACEPOINTS_ONLY = ["where", "sample", "rate", "from", "explain"] as const;

/**
 * What of a node's IPC belongs to the tracepoints that the patterns select, and what they name themselves.
 * @throws CorelensError USAGE for what cannot be done with both sources
 */
export async function selectIpcEvents(
  patterns: readonly string[],
  options: IpcEventOptions,
): Promise<IpcSelection> {
  const unfit = OF_TRACEPOINTS_ONLY.find((name) => options[name] !== undefined);
  if (unfit) throw new CorelensError("USAGE", `--${unfit} is for tracepoints only, not for IPC`);
  const payloads = options.fields !== undefined;
  if (payloads && options.fields.some((name) => name !== "*")) {
    // Hashes have to be read: by them both views of an event are found.
    throw new CorelensError("USAGE", "with IPC, --fields is '*' or left out");
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

/** @throws CorelensError USAGE when all patterns are of IPC's events */
export function tracepointPatterns(patterns: readonly string[]): string[] {
  const own = patterns.filter((pattern) => !pattern.startsWith("ipc:"));
  if (own.length > 0 || patterns.length === 0) return own;
  throw new CorelensError(
    "USAGE",
    "only events of IPC are named",
    "`corelens ipc watch` shows these alone",
  );
}
