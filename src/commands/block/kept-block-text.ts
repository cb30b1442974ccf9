import { isoTime } from "../../event/json.ts";
import { reorganisationText } from "../../model/chain/reorganisation.ts";
import type { KeptBlock } from "../../model/kept/kept-block.ts";
import { blockJson, blockLines } from "../../terminal/block-lines.ts";
import { counted } from "../../text/counted.ts";
import { dateTime } from "../../text/date-time.ts";
import { durationText, groupedText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";

/** Blocks as `corelens timeline` shows them, each with its time and what replaced it. */
export function keptBlockLines(blocks: readonly KeptBlock[], paint: Paint): string[] {
  const pids = new Set(blocks.map(({ pid }) => pid));
  return blocks.flatMap((block, i) => {
    const process = pids.size > 1 ? ` by process ${block.pid}` : "";
    return [
      ...(i === 0 ? [] : [""]),
      paint("faint", `connected ${dateTime(block.time)}${process}`),
      ...(block.life === null ? briefLines(block, paint) : blockLines(block.life, paint)),
      ...reorganisationLines(block, paint),
    ];
  });
}

/** The same as the members of a JSON document. */
export function keptBlocksJson(blocks: readonly KeptBlock[]) {
  return {
    blocks: blocks.map(({ time, life, reorganisation, ...block }) => ({
      time: isoTime(time),
      ...block,
      life: life && lifeJson(life),
      reorganisation: reorganisation && {
        ...reorganisation,
        time: isoTime(reorganisation.time!),
        updated: isoTime(reorganisation.updated!),
      },
    })),
  };
}

function lifeJson(life: NonNullable<KeptBlock["life"]>): object {
  // They are not kept.
  const { messages: _, ...json } = blockJson(life);
  return json;
}

/** A block whose life is not kept. */
function briefLines(block: KeptBlock, paint: Paint): string[] {
  const { height, hash, transactions, inputs, connecting_ns, stale } = block;
  const known = [
    ...(transactions === null ? [] : [counted(transactions, "transaction")]),
    ...(inputs === null ? [] : [counted(inputs, "input")]),
    ...(connecting_ns === null ? [] : [`took ${durationText(connecting_ns)}`]),
    ...(stale ? [paint("warning", "replaced by a reorganisation")] : []),
  ];
  return [
    `${paint("strong", `block ${height ?? "of unknown height"}`)} (${hash ?? "hash unknown"})  ${known.join(", ")}`,
    "  Its life is kept half a minute after the connection, but not while the node catches up.",
  ];
}

function reorganisationLines({ reorganisation }: KeptBlock, paint: Paint): string[] {
  if (reorganisation === null) return [];
  const { time, height, depth, returned, dropped, tip_height, tip_hash } = reorganisation;
  const text = reorganisationText({ height: height!, depth: depth!, returned, dropped });
  return [
    `  ${paint("warning", `${dateTime(time!)}  ${text}`)}`,
    `  the new branch ended with ${groupedText(tip_height!)} (${tip_hash})`,
  ];
}
