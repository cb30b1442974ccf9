import type { EventKind } from "../../event/kind.ts";

/** Steps that a source cannot show or that are guessed, with the reason. */
export interface Missing {
  readonly steps: string;
  readonly guessed: boolean;
  readonly why: string;
}

const MESSAGES = ["net:inbound_message", "net:outbound_message"] as const;

/** Which steps need which tracepoints. */
const STEPS: readonly { readonly steps: string; readonly from: readonly string[] }[] = [
  { steps: "announced, requested, received, relayed", from: MESSAGES },
  { steps: "connected", from: ["validation:block_connected"] },
  { steps: "coins", from: ["utxocache:add", "utxocache:spent"] },
  { steps: "flushed", from: ["utxocache:flush"] },
  { steps: "mempool", from: ["mempool:removed"] },
];

/**
 * @param wanted the requested tracepoints
 * @param kinds of the source
 * @param isRecorded whether another recording could have more
 */
export function missingSteps(
  wanted: readonly string[],
  kinds: readonly EventKind[],
  isRecorded: boolean,
): Missing[] {
  return STEPS.flatMap(({ steps, from }) => {
    const absent = from.filter(
      (name) => wanted.includes(name) && !kinds.some((kind) => kind.name === name),
    );
    if (absent.length > 0) {
      const place = isRecorded ? "in the recording" : "in the node";
      return { steps, guessed: false, why: `no ${absent.join(" or ")} ${place}` };
    }
    const hasPayload = ({ fields }: EventKind) => fields.some(({ type }) => type === "bytes");
    if (kinds.filter(isMessage).every(hasPayload) || from !== MESSAGES) return [];
    const why = "without payloads, only types and times match messages to blocks";
    return { steps, guessed: true, why: isRecorded ? `${why}; record with --payload 4k` : why };
  });
}

function isMessage({ name }: EventKind): boolean {
  return (MESSAGES as readonly string[]).includes(name);
}
