import { isoTime } from "../event/json.ts";
import type {
  AnnouncementDocument,
  BlockDocument,
  PeerDocument,
  StageDocument,
} from "../model/blocks/block-document.ts";
import { bar } from "../text/bar.ts";
import { counted } from "../text/counted.ts";
import { durationText, scaledText } from "../text/format.ts";
import type { Paint } from "../text/paint.ts";
import { printable } from "../text/printable.ts";

/** Maximum number of steps and of peers; a block that many peers send in parts has more. */
const MAX_STEPS = 12;
const MAX_LATER = 4;
const BAR_WIDTH = 12;

/**
 * A block's life, one line per step: its end, its share of the whole time, and its content.
 *
 *     block 930001 (00a4…)  36 transactions, 85 inputs
 *       announced         0                       headers from peer 5 (203.0.113.7:8333, outbound-full-relay)
 *       requested    204 us    0 %  ▏             compact block, from peer 5
 *       received    45.1 ms   80 %  █████████▋    compact block, 9.2 kB, from peer 5
 */
export function blockLines(block: BlockDocument, paint: Paint): string[] {
  const shown = block.stages.slice(-MAX_STEPS);
  const hidden = block.stages.length - shown.length;
  const total = block.stages.at(-1)?.at_ns ?? 0;
  return [
    headLine(block, paint),
    announcedLine(block),
    ...laterLines(block),
    ...headerLines(block),
    ...(hidden > 0 ? [`  … ${counted(hidden, "earlier step")}`] : []),
    ...shown.map((stage) => stageLine(stage, stageText(stage, block), total, paint)),
    ...relayedLines(block),
  ];
}

/** The members of a block's JSON. */
export function blockJson({ time, connected_time, ...block }: BlockDocument) {
  return {
    time: isoTime(time),
    ...block,
    connected_time: connected_time === null ? null : isoTime(connected_time),
  };
}

function headLine({ hash, height, block, stale, guessed }: BlockDocument, paint: Paint): string {
  const notes = [
    ...(stale ? [paint("warning", "replaced by a reorganisation")] : []),
    ...(guessed ? ["messages guessed"] : []),
  ];
  const rest = notes.map((note) => `, ${note}`).join("");
  if (block === null) return `${paint("strong", `block ${hash}`)}, not connected${rest}`;
  const { transactions, inputs } = block;
  const counts = [
    ...(transactions === null ? [] : [counted(transactions, "transaction")]),
    ...(inputs === null ? [] : [counted(inputs, "input")]),
  ];
  const name = paint("strong", `block ${height ?? "of unknown height"}`);
  return `${name} (${hash ?? "hash unknown"})  ${counts.join(", ")}${rest}`;
}

function announcedLine({ announcements, first: early }: BlockDocument): string {
  const [first] = announcements;
  if (first === undefined) return row("announced", "", "no announcement seen");
  const text = `${announcementText(first)} from ${peerText(first)}`;
  const isLate = early === null;
  return row("announced", momentText(first.at_ns), isLate ? `after the connection: ${text}` : text);
}

/** The other peers that announced the block, and how much later. */
function laterLines({ announcements }: BlockDocument): string[] {
  const [first, ...others] = announcements;
  if (first === undefined || others.length === 0) return [];
  const lag = ({ at_ns }: AnnouncementDocument) => durationText(at_ns - first.at_ns);
  const shown = others
    .slice(0, MAX_LATER)
    .map((other) => `${other.peer_id} +${lag(other)} (${other.msg_type})`);
  const hidden = others.length - shown.length;
  const rest = hidden > 0 ? `, ${counted(hidden, "other")} up to +${lag(others.at(-1)!)}` : "";
  return [row("", "", `then peer ${shown.join(", ")}${rest}`)];
}

/** The line of a header that followed an announcement by `inv`. */
function headerLines({ header, first }: BlockDocument): string[] {
  if (header === null || first === null || header.at_ns <= first.at_ns) return [];
  const text = `in ${header.msg_type} from peer ${header.peer_id}`;
  return [row("header", momentText(header.at_ns), text)];
}

function stageLine(step: StageDocument, text: string, total: number, paint: Paint): string {
  const { stage, at_ns, took_ns } = step;
  const share = total > 0 ? took_ns / total : 0;
  const meter = paint("name", bar(share, BAR_WIDTH).padEnd(BAR_WIDTH));
  return row(stage, momentText(at_ns), text, `${(share * 100).toFixed(0)} %`, meter);
}

function stageText(step: StageDocument, block: BlockDocument): string {
  switch (step.stage) {
    case "requested":
    case "received":
      return transferText(step);
    case "checked":
      return `${durationText(step.took_ns)} until connecting began`;
    case "connected": {
      const { duration_ns } = block.block!;
      const took = duration_ns === null ? "duration unknown" : `took ${durationText(duration_ns)}`;
      return `${took}${coinsText(block)}`;
    }
    case "flushed": {
      const { duration_ns, mode, coins } = block.flush!;
      const took = duration_ns === null ? "" : ` in ${durationText(duration_ns)}`;
      return `${coins === null ? "coins" : counted(coins, "coin")} to disk${took} (${mode ?? "mode unknown"})`;
    }
    case "mempool": {
      const { block: confirmed, conflict } = block.removed!;
      const conflicts = conflict > 0 ? `, ${conflict} in conflict with it` : "";
      return `${counted(confirmed, "transaction")} of the block removed${conflicts}`;
    }
  }
}

function transferText({ stage, what, peer_id, transactions, size }: StageDocument): string {
  const isRequested = stage === "requested";
  const part =
    what !== "transactions" || typeof transactions !== "number"
      ? what
      : counted(transactions, isRequested ? "missing transaction" : "transaction");
  const bytes = isRequested ? "" : `, ${scaledText(size!, "B")}`;
  return `${part}${bytes}, from peer ${peer_id}`;
}

function relayedLines({ relay, stages }: BlockDocument): string[] {
  if (relay === null) return [];
  const connected = stages.find(({ stage }) => stage === "connected");
  const isEarly = connected !== undefined && relay.at_ns < connected.at_ns;
  const early = isEarly ? ", the first before the connection" : "";
  const text = `${relay.msg_type} to ${counted(relay.peers, "peer")}${early}`;
  return [row("relayed", momentText(relay.at_ns), text)];
}

/** `  received     45.1 ms   80 %  █████████▌    text` */
function row(
  name: string,
  moment: string,
  text: string,
  share = "",
  meter = " ".repeat(BAR_WIDTH),
): string {
  return `  ${name.padEnd(9)} ${moment.padStart(9)}  ${share.padStart(5)}  ${meter}  ${text}`;
}

function momentText(ns: number): string {
  return ns === 0 ? "0" : durationText(ns);
}

function coinsText({ coins }: BlockDocument): string {
  return coins ? `; coins: ${coins.spent} spent, ${coins.added} added` : "";
}

function announcementText({ msg_type, among }: AnnouncementDocument): string {
  return among > 1 ? `${msg_type} of ${among} blocks` : msg_type;
}

/** Users and peers choose addresses, so any character can be in one. */
export function peerText({ peer_id, address, connection_type }: PeerDocument): string {
  return printable(`peer ${peer_id} (${address ?? "?"}, ${connection_type ?? "?"})`);
}
