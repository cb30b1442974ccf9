import type { DecodedMessage } from "../bitcoin/decode/message.ts";
import { counted } from "../text/counted.ts";

/** A message in a few words: `12 wtx`, `0000…26f, 3,120 short ids`. Empty where the type says it all. */
export function messageSummary(message: DecodedMessage): string {
  const { incomplete } = message;
  const content = isUnknown(message) ? "unknown type" : wordsOf(message);
  // A cut message was cut by corelens; a short or malformed one came from the peer.
  const flaw = incomplete && incomplete.reason !== "cut" ? `${incomplete.reason} message` : "";
  return [content, flaw].filter((part) => part !== "").join(", ");
}

/** In every type, fields after the end of an incomplete message are absent. */
type Known = Exclude<DecodedMessage, { readonly type: "unknown" }>;

function isUnknown(message: DecodedMessage): message is Exclude<DecodedMessage, Known> {
  return message.type === "unknown";
}

function wordsOf(message: Known): string {
  switch (message.type) {
    case "inv":
    case "getdata":
    case "notfound":
      return kindsOf(message.items);
    case "tx":
      return message.txid === undefined
        ? ""
        : `${ends(message.txid)}, ${message.vsize} vB, ${inAndOut(message)}`;
    case "headers":
      return `${counted(message.headers?.length ?? 0, "header")}${lastOf(message.headers)}`;
    case "block":
      return `${ends(message.header?.hash)}, ${counted(message.transactions?.length ?? 0, "transaction")} decoded`;
    case "cmpctblock":
      return `${ends(message.header?.hash)}, ${counted(message.short_ids?.length ?? 0, "short id")}`;
    case "getblocktxn":
      return `${counted(message.indexes?.length ?? 0, "transaction")} of ${ends(message.block_hash)}`;
    case "blocktxn":
      return `${counted(message.transactions?.length ?? 0, "transaction")} of ${ends(message.block_hash)}`;
    case "getheaders":
    case "getblocks":
      return message.locator?.[0] === undefined ? "" : `after ${ends(message.locator[0])}`;
    case "addr":
    case "addrv2":
      return networksOf(message.entries);
    case "version":
      return `${message.user_agent ?? ""} height ${message.start_height ?? "unknown"}`.trim();
    case "feefilter":
      return message.fee_rate === undefined ? "" : `${Number(message.fee_rate) / 1000} sat/vB`;
    case "sendcmpct":
      return message.version === undefined
        ? ""
        : `version ${message.version}, ${message.high_bandwidth ? "high" : "low"} bandwidth`;
    case "ping":
    case "pong":
      return message.nonce ?? "";
    case "merkleblock":
      return ends(message.header?.hash);
    case "reject":
      return `${message.message ?? ""}: ${message.reason ?? ""}`;
    default:
      return "";
  }
}

function inAndOut({
  inputs = [],
  outputs = [],
}: {
  inputs?: readonly object[];
  outputs?: readonly object[];
}): string {
  return `${counted(inputs.length, "input")}, ${counted(outputs.length, "output")}`;
}

/** `12 wtx, 1 block` */
function kindsOf(items: readonly { readonly kind: string | number }[] = []): string {
  return tallied(items.map(({ kind }) => (typeof kind === "number" ? `of kind ${kind}` : kind)));
}

/** `10 ipv4, 3 onion` */
function networksOf(entries: readonly { readonly network: string | number }[] = []): string {
  return tallied(entries.map(({ network }) => String(network)));
}

function tallied(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ") || "empty";
}

function lastOf(headers: readonly { readonly hash: string }[] = []): string {
  const last = headers.at(-1);
  return last === undefined ? "" : `; last ${ends(last.hash)}`;
}

/** The ends of a hash. The hash of a block starts with zeros. */
function ends(hash: string | undefined): string {
  return hash === undefined ? "" : `${hash.slice(0, 6)}…${hash.slice(-8)}`;
}
