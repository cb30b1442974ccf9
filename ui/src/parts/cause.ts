import type { CauseDocument } from "../../../src/model/causes/causes.ts";
import { printable } from "../format.ts";

/** `tx of peer 7` */
export function causeText(cause: CauseDocument | null): string {
  return cause === null ? "–" : `${printable(cause.msg_type)} of peer ${cause.peer_id}`;
}
