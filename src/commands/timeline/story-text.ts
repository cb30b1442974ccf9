import { bar } from "../../text/bar.ts";
import { counted } from "../../text/counted.ts";
import { printable } from "../../text/event-text.ts";
import { durationText, scaledText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import {
  type Announcement,
  type BlockStory,
  isEchoed,
  originOf,
  type Stage,
  type StoryPeer,
  stagesOf,
  type Transfer,
} from "./story.ts";

/** Steps and peers that are shown; blocks fetched from many peers at once have more. */
const MAX_STEPS = 12;
const MAX_LAGGING = 4;
const BAR_WIDTH = 12;

/**
 * A block's way, a line a step: when it was over, its share of all the time, what happened.
 *
 *     block 930001 (00a4…)  36 transactions, 85 inputs
 *       announced         0                       headers from peer 5 (203.0.113.7:8333, outbound-full-relay)
 *       requested    204 us    0 %  ▏             compact block, of peer 5
 *       received    45.1 ms   80 %  █████████▋    compact block, 9.2 kB, from peer 5
 */
export function storyLines(story: BlockStory, paint: Paint): string[] {
  const stages = stagesOf(story);
  const shown = stages.length > MAX_STEPS ? stages.slice(-MAX_STEPS) : stages;
  const total = stages.at(-1)?.at ?? 0;
  return [
    headLine(story, paint),
    announcedLine(story),
    ...laggingLines(story),
    ...(shown.length < stages.length
      ? [`  … ${counted(stages.length - shown.length, "step")} before`]
      : []),
    ...shown.map((stage) => stageLine(stage, stageText(stage, story), total, paint)),
    ...relayedLines(story),
  ];
}

function headLine({ hash, connection }: BlockStory, paint: Paint): string {
  if (connection === null) return `${paint("strong", `block ${hash}`)}, not connected`;
  const { height, transactions, inputs } = connection;
  const counts = `${counted(transactions, "transaction")}, ${counted(inputs, "input")}`;
  return `${paint("strong", `block ${height}`)} (${hash})  ${counts}`;
}

function announcedLine(story: BlockStory): string {
  const [first] = story.announcements;
  if (first === undefined) return row("announced", "", "by no peer that was seen");
  const text = `${first.type}${amongText(first)} from ${peerText(first.peer)}`;
  return row(
    "announced",
    momentText(first.at - originOf(story)),
    isEchoed(story) ? `after it was connected: ${text}` : text,
  );
}

/** Who announced it later, and how much. */
function laggingLines({ announcements: [first, ...others] }: BlockStory): string[] {
  if (first === undefined || others.length === 0) return [];
  const lag = ({ at }: Announcement) => durationText(at - first.at);
  const shown = others
    .slice(0, MAX_LAGGING)
    .map((other) => `${other.peer.id} +${lag(other)} (${other.type})`);
  const hidden = others.length - shown.length;
  const rest = hidden > 0 ? `, ${counted(hidden, "other")} until +${lag(others.at(-1)!)}` : "";
  return [row("", "", `then peer ${shown.join(", ")}${rest}`)];
}

function stageLine({ name, at, took }: Stage, text: string, total: number, paint: Paint): string {
  const share = total > 0 ? took / total : 0;
  const meter = paint("name", bar(share, BAR_WIDTH).padEnd(BAR_WIDTH));
  return row(name, momentText(at), text, `${(share * 100).toFixed(0)} %`, meter);
}

function stageText({ name, took, transfer }: Stage, story: BlockStory): string {
  switch (name) {
    case "requested":
    case "received":
      return transferText(transfer!);
    case "checked":
      return `${durationText(took)} until connecting began`;
    case "connected":
      return `took ${durationText(story.connection!.duration)}${coinsText(story)}`;
    case "flushed": {
      const { duration, mode, coins } = story.flush!;
      return `${counted(coins, "coin")} to disk in ${durationText(duration * 1000)} (${mode})`;
    }
    case "mempool": {
      const { block, conflict } = story.removed!;
      const conflicts = conflict > 0 ? `, ${conflict} in conflict with it` : "";
      return `${counted(block, "transaction")} of the block removed${conflicts}`;
    }
  }
}

function transferText({ kind, what, peer, transactions, size }: Transfer): string {
  const part =
    what !== "transactions" || transactions === null
      ? what
      : counted(transactions, kind === "requested" ? "missing transaction" : "transaction");
  const bytes = kind === "received" ? `, ${sizeText(size)}` : "";
  return `${part}${bytes}, ${kind === "requested" ? "of" : "from"} peer ${peer.id}`;
}

function relayedLines(story: BlockStory): string[] {
  const { relay, connection } = story;
  if (relay === null) return [];
  const isEarly = connection !== null && relay.at < connection.at;
  const early = isEarly ? ", the first before it was connected" : "";
  const text = `${relay.type} to ${counted(relay.peers, "peer")}${early}`;
  return [row("relayed", momentText(relay.at - originOf(story)), text)];
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

function coinsText({ coins }: BlockStory): string {
  return coins ? `; coins: ${coins.spent} spent, ${coins.added} added` : "";
}

function amongText({ among }: Announcement): string {
  return among > 1 ? ` of ${among} blocks` : "";
}

/** What a peer is called can be anything that the user gave it as. */
function peerText({ id, address, connectionType }: StoryPeer): string {
  return printable(`peer ${id} (${address}, ${connectionType})`);
}

function sizeText(bytes: number): string {
  return scaledText(bytes, "B");
}
