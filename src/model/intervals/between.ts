import { CorelensError } from "../../errors.ts";
import { Query } from "../../query/query.ts";

/** A tracepoint at one end of intervals. */
export interface Endpoint {
  readonly tracepoint: string;
  /** Only events that match this query; all when null. */
  readonly where: string | null;
}

/** Which intervals to measure. */
export interface Between {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** The name of the intervals among tracepoints: `mempool:added..mempool:removed`. */
  readonly name: string;
}

const ENDPOINT = String.raw`([\w*]+:[\w*]+)(?:\[(.*)\])?`;
const FORM = new RegExp(`^${ENDPOINT}\\.\\.${ENDPOINT}$`, "s");

/**
 * Parses `A..B`, both with or without a query: `net:outbound_message[msg_type == "ping"]..net:inbound_message`.
 * @throws CorelensError USAGE; QueryError QUERY_SYNTAX
 */
export function parseBetween(text: string): Between {
  const [, from, fromWhere, to, toWhere] = FORM.exec(text.trim()) ?? [];
  if (from === undefined || to === undefined || /\*/.test(from + to)) {
    throw new CorelensError(
      "USAGE",
      `${text} does not name two tracepoints`,
      `give FROM..TO, each with a query or without: 'net:inbound_message[msg_type == "tx"]..mempool:added'`,
    );
  }
  return {
    from: { tracepoint: from, where: checked(fromWhere) },
    to: { tracepoint: to, where: checked(toWhere) },
    name: `${from}..${to}`,
  };
}

/** A mistake is reported before anything is traced. */
function checked(where: string | undefined): string | null {
  if (where === undefined) return null;
  new Query(where);
  return where;
}
