import type { EventKind } from "../../event/kind.ts";

/** A part of every story that cannot be told, and why. */
export interface Missing {
  readonly parts: string;
  readonly why: string;
}

const MESSAGES = ["net:inbound_message", "net:outbound_message"] as const;

/** What is told from which tracepoints. */
const PARTS: readonly { readonly parts: string; readonly from: readonly string[] }[] = [
  { parts: "announced, requested, received, relayed", from: MESSAGES },
  { parts: "connected", from: ["validation:block_connected"] },
  { parts: "coins", from: ["utxocache:add", "utxocache:spent"] },
  { parts: "flushed", from: ["utxocache:flush"] },
  { parts: "mempool", from: ["mempool:removed"] },
];

/**
 * What a source's events do not tell.
 * @param asked tracepoints that the stories are wanted from
 * @param kinds what the source has of them
 * @param isRecorded whether another recording could have more
 */
export function missingParts(
  asked: readonly string[],
  kinds: readonly EventKind[],
  isRecorded: boolean,
): Missing[] {
  return PARTS.flatMap(({ parts, from }) => {
    const absent = from.filter(
      (name: string) => asked.includes(name) && !kinds.some(isNamed(name)),
    );
    if (absent.length > 0) {
      const place = isRecorded ? "in the recording" : "among the node's tracepoints";
      return { parts, why: `no ${absent.join(" or ")} ${place}` };
    }
    const hasPayload = ({ fields }: EventKind) => fields.some(({ type }) => type === "bytes");
    if (kinds.filter(isMessage).every(hasPayload) || from !== MESSAGES) return [];
    return { parts, why: "messages were recorded without their payloads: use --payload 4k" };
  });
}

function isNamed(wanted: string): (kind: EventKind) => boolean {
  return ({ name }) => name === wanted;
}

function isMessage({ name }: EventKind): boolean {
  return (MESSAGES as readonly string[]).includes(name);
}
