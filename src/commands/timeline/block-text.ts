import { partOf } from "../../model/blocks/block-document.ts";
import {
  announcementsOf,
  type BlockLife,
  firstAnnouncementOf,
  headerOf,
  isGuessed,
  relaysOf,
  type Stage,
  stagesOf,
} from "../../model/blocks/block-life.ts";
import { type BlockMessage, type BlockPeer, isRequest } from "../../model/blocks/block-message.ts";
import { bar } from "../../text/bar.ts";
import { counted } from "../../text/counted.ts";
import { durationText, scaledText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";

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
export function blockLines(life: BlockLife, paint: Paint): string[] {
  const stages = stagesOf(life);
  const shown = stages.slice(-MAX_STEPS);
  const hidden = stages.length - shown.length;
  const total = stages.at(-1)?.at_ns ?? 0;
  return [
    headLine(life, paint),
    announcedLine(life),
    ...laterLines(life),
    ...headerLines(life),
    ...(hidden > 0 ? [`  … ${counted(hidden, "earlier step")}`] : []),
    ...shown.map((stage) => stageLine(stage, stageText(stage, life), total, paint)),
    ...relayedLines(life),
  ];
}

function headLine(life: BlockLife, paint: Paint): string {
  const { hash, connection } = life;
  const notes = [
    ...(life.stale ? [paint("warning", "replaced by a reorganisation")] : []),
    ...(isGuessed(life) ? ["messages guessed"] : []),
  ];
  const rest = notes.map((note) => `, ${note}`).join("");
  if (connection === null) return `${paint("strong", `block ${hash}`)}, not connected${rest}`;
  const { transactions, inputs } = connection;
  const counts = [
    ...(transactions === null ? [] : [counted(transactions, "transaction")]),
    ...(inputs === null ? [] : [counted(inputs, "input")]),
  ];
  const name = paint("strong", `block ${life.height ?? "of unknown height"}`);
  return `${name} (${hash ?? "hash unknown"})  ${counts.join(", ")}${rest}`;
}

function announcedLine(life: BlockLife): string {
  const [first] = announcementsOf(life);
  if (first === undefined) return row("announced", "", "no announcement seen");
  const text = `${announcementText(first)} from ${peerText(first.peer)}`;
  const isLate = firstAnnouncementOf(life) === null;
  return row("announced", momentText(first.at_ns), isLate ? `after the connection: ${text}` : text);
}

/** The other peers that announced the block, and how much later. */
function laterLines(life: BlockLife): string[] {
  const [first, ...others] = announcementsOf(life);
  if (first === undefined || others.length === 0) return [];
  const lag = ({ at_ns }: BlockMessage) => durationText(at_ns - first.at_ns);
  const shown = others
    .slice(0, MAX_LATER)
    .map((other) => `${other.peer.id} +${lag(other)} (${other.msg_type})`);
  const hidden = others.length - shown.length;
  const rest = hidden > 0 ? `, ${counted(hidden, "other")} up to +${lag(others.at(-1)!)}` : "";
  return [row("", "", `then peer ${shown.join(", ")}${rest}`)];
}

/** The line of a header that followed an announcement by `inv`. */
function headerLines(life: BlockLife): string[] {
  const header = headerOf(life);
  const first = firstAnnouncementOf(life);
  if (header === null || first === null || header.at_ns <= first.at_ns) return [];
  const text = `in ${header.msg_type} from peer ${header.peer.id}`;
  return [row("header", momentText(header.at_ns), text)];
}

function stageLine({ stage, at_ns, took_ns }: Stage, text: string, total: number, paint: Paint) {
  const share = total > 0 ? took_ns / total : 0;
  const meter = paint("name", bar(share, BAR_WIDTH).padEnd(BAR_WIDTH));
  return row(stage, momentText(at_ns), text, `${(share * 100).toFixed(0)} %`, meter);
}

function stageText({ stage, took_ns, message }: Stage, life: BlockLife): string {
  switch (stage) {
    case "requested":
    case "received":
      return transferText(message!);
    case "checked":
      return `${durationText(took_ns)} until connecting began`;
    case "connected": {
      const { duration_ns } = life.connection!;
      const took = duration_ns === null ? "duration unknown" : `took ${durationText(duration_ns)}`;
      return `${took}${coinsText(life)}`;
    }
    case "flushed": {
      const { duration_ns, mode, coins } = life.flush!;
      const took = duration_ns === null ? "" : ` in ${durationText(duration_ns)}`;
      return `${coins === null ? "coins" : counted(coins, "coin")} to disk${took} (${mode ?? "mode unknown"})`;
    }
    case "mempool": {
      const { block, conflict } = life.removed!;
      const conflicts = conflict > 0 ? `, ${conflict} in conflict with it` : "";
      return `${counted(block, "transaction")} of the block removed${conflicts}`;
    }
  }
}

function transferText(message: BlockMessage): string {
  const { peer, transactions, size } = message;
  const part = partOf(message);
  const isRequested = isRequest(message);
  const what =
    part !== "transactions" || transactions === null
      ? part
      : counted(transactions, isRequested ? "missing transaction" : "transaction");
  const bytes = isRequested ? "" : `, ${scaledText(size, "B")}`;
  return `${what}${bytes}, from peer ${peer.id}`;
}

function relayedLines(life: BlockLife): string[] {
  const relays = relaysOf(life);
  const [first] = relays;
  if (first === undefined) return [];
  const isEarly = life.connection !== null && first.at_ns < life.connection.at_ns;
  const early = isEarly ? ", the first before the connection" : "";
  const text = `${first.msg_type} to ${counted(relays.length, "peer")}${early}`;
  return [row("relayed", momentText(first.at_ns), text)];
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

function coinsText({ coins }: BlockLife): string {
  return coins ? `; coins: ${coins.spent} spent, ${coins.added} added` : "";
}

function announcementText({ msg_type, among }: BlockMessage): string {
  return among > 1 ? `${msg_type} of ${among} blocks` : msg_type;
}

/** Users and peers choose addresses, so any character can be in one. */
export function peerText({ id, address, connection_type }: BlockPeer): string {
  return printable(`peer ${id} (${address ?? "?"}, ${connection_type ?? "?"})`);
}
