import { networkName } from "../../bitcoin/connection.ts";
import type { ChainState, NodeState, Peer, StatePart } from "../../node/state/node-state.ts";
import type { ListingStyle } from "../../terminal/listing.ts";
import { counted } from "../../text/counted.ts";
import { fill, hang } from "../../text/fill.ts";
import { amountText, groupedText, scaledText, spanText, threeDigits } from "../../text/format.ts";
import { printable } from "../../text/printable.ts";

/** A row: its name, its part of the state, and its pieces, each on one line. */
type Row = readonly [title: string, part: StatePart, pieces: readonly string[]];

/**
 * The state of a node as text:
 *
 *     /Satoshi:31.0.0/, main, up 3 d 4 h, at 127.0.0.1:8332
 *
 *     chain      in sync at height 930,001, last block 4 min ago
 *     peers      10: 8 out, 2 in; 6 ipv4, 4 onion; 9 encrypted; pings 12 to 312 ms
 *     mempool    12,345 tx, 45.1 MvB, fees 0.31 BTC, 120 MB of 300 MB, from 1 sat/vB
 *
 * @param address of the RPC server or IPC socket
 * @param now UNIX milliseconds
 */
export function stateLines(
  state: NodeState,
  address: string | null,
  now: number,
  style: ListingStyle,
): string[] {
  const { paint, width } = style;
  if (state.availability.status !== "up") return unavailableLines(state, now, style);
  const rows: Row[] = [
    ["chain", "chain", chainPieces(state.chain, now)],
    ["peers", "peers", peerPieces(state)],
    ["mempool", "mempool", mempoolPieces(state)],
    ["fees", "fees", feePieces(state)],
    ["traffic", "traffic", trafficPieces(state)],
    ["storage", "chain", storagePieces(state.chain)],
    ["addresses", "addresses", addressPieces(state)],
    ["bans", "bans", banPieces(state)],
    ["branches", "tips", branchPieces(state)],
  ];
  return [
    ...fill(fitting(headingPieces(state, address), width), width).map((line) =>
      paint("strong", line),
    ),
    "",
    ...rows.flatMap(([title, part, pieces]) => {
      const head = paint("name", title.padEnd(TITLE_WIDTH));
      if (pieces.length > 0) {
        return hang(head, fitting(pieces.map(printable), width - TITLE_WIDTH), width);
      }
      const refusal = state.refused[part];
      return refusal
        ? hang(head, `not available: ${printable(refusal.message)}`.split(" "), width)
        : [];
    }),
    ...warningsOf(state).flatMap((warning) =>
      hang(paint("warning", "warning".padEnd(TITLE_WIDTH)), printable(warning).split(" "), width),
    ),
  ];
}

const TITLE_WIDTH = 11;

/** The pieces; those that are wider than a line are split at spaces. */
function fitting(pieces: readonly string[], room: number): string[] {
  return pieces.flatMap((piece) => (piece.length > room ? piece.split(" ") : piece));
}

/** `the node has not been ready for 12 s: uptime: Verifying blocks… (-28)` */
function unavailableLines(
  { availability: { status, since, problem } }: NodeState,
  now: number,
  { paint, width }: ListingStyle,
): string[] {
  const says = {
    unknown: "no state has been read from the node",
    up: "",
    starting: "the node has not been ready",
    gone: "the node has not answered",
    refused: "the node has refused the calls",
  }[status];
  const why = problem === null ? "" : `: ${problem.message}`;
  const text = `${says} for ${spanText((now - since) / 1000)}${why}`;
  return hang("", printable(text).split(" "), width).map((line) => paint("warning", line));
}

function headingPieces({ network, chain, uptime }: NodeState, address: string | null): string[] {
  return list([
    network?.user_agent ? printable(network.user_agent) : "a node",
    chain?.chain && printable(chain.chain),
    uptime !== null && `up ${spanText(uptime)}`,
    address && `at ${address}`,
  ]);
}

function chainPieces(chain: ChainState | null, now: number): string[] {
  if (chain?.height == null) return [];
  const { height, headers, block_time, background } = chain;
  return list([
    chain.initial_block_download
      ? `downloading the chain: ${progressText(chain.verification_progress)} at height ${groupedText(height)}` +
        (headers !== null && headers > height ? ` of ${groupedText(headers)}` : "")
      : headers !== null && headers > height
        ? `${counted(headers - height, "block")} behind at height ${groupedText(height)}`
        : `in sync at height ${groupedText(height)}`,
    block_time !== null && `last block ${spanText(now / 1000 - block_time)} ago`,
    background !== null &&
      `blocks below the snapshot ${progressText(background.verification_progress)}`,
  ]);
}

/** Never 100 % before the end. */
function progressText(progress: number | null): string {
  return progress === null ? "" : `${(Math.floor(progress * 1e4) / 100).toFixed(2)} %`;
}

function peerPieces({ peers, network }: NodeState): string[] {
  const inbound = peers?.filter((peer) => peer.inbound).length ?? network?.connections_in;
  const all = peers?.length ?? network?.connections;
  if (all == null || inbound == null) return [];
  const off = network?.active === false ? ["networking is off"] : [];
  if (all === 0 || peers === null)
    return list([`${all}: ${all - inbound} out, ${inbound} in`, ...off]);
  const encrypted = peers.filter(({ transport }) => transport === "v2").length;
  return list(
    [
      `${all}: ${all - inbound} out, ${inbound} in`,
      networksText(peers),
      `${encrypted === all ? "all" : encrypted} encrypted`,
      pingText(peers),
      ...off,
    ],
    ";",
  );
}

function networksText(peers: readonly Peer[]): string {
  const counts = new Map<string, number>();
  for (const { network } of peers) {
    const name = network === null ? "unknown" : networkName(network);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

function pingText(peers: readonly Peer[]): string | null {
  const pings = peers.flatMap(({ ping_seconds }) => ping_seconds ?? []).toSorted((a, b) => a - b);
  if (pings.length === 0) return null;
  const [low, high] = [pings[0]!, pings.at(-1)!].map((ping) => threeDigits(ping * 1000));
  return low === high ? `ping ${low} ms` : `pings ${low} to ${high} ms`;
}

function mempoolPieces({ mempool }: NodeState): string[] {
  if (mempool?.transactions == null) return [];
  const { transactions, vsize, fees, memory_usage, memory_max, min_fee_rate } = mempool;
  if (mempool.loaded === false) return [`loading, ${groupedText(transactions)} tx so far`];
  return list([
    `${groupedText(transactions)} tx`,
    vsize !== null && scaledText(vsize, "vB"),
    fees !== null && `fees ${amountText(fees)}`,
    memory_usage !== null &&
      memory_max !== null &&
      `${scaledText(memory_usage, "B")} of ${scaledText(memory_max, "B")}`,
    min_fee_rate !== null && `from ${threeDigits(min_fee_rate)} sat/vB`,
  ]);
}

/** `12.3 sat/vB within 2 blocks, 5 within 6, 1.1 within 144` */
function feePieces({ fees }: NodeState): string[] {
  const known = fees?.filter(({ fee_rate }) => fee_rate !== null) ?? [];
  if (fees && known.length === 0) return ["no estimate yet"];
  return list(
    known.map(({ target, fee_rate }, i) => {
      const [rate, within] = i === 0 ? [" sat/vB", counted(target, "block")] : ["", target];
      return `${threeDigits(fee_rate!)}${rate} within ${within}`;
    }),
  );
}

function trafficPieces({ traffic }: NodeState): string[] {
  if (traffic?.bytes_received == null || traffic.bytes_sent === null) return [];
  const { bytes_received, bytes_sent, upload_target, upload_bytes_left } = traffic;
  return list([
    `${scaledText(bytes_received, "B")} received`,
    `${scaledText(bytes_sent, "B")} sent`,
    upload_target !== null &&
      upload_target > 0 &&
      upload_bytes_left !== null &&
      `${scaledText(upload_bytes_left, "B")} of ${scaledText(upload_target, "B")} a day left to serve`,
  ]);
}

function storagePieces(chain: ChainState | null): string[] {
  if (chain?.size_on_disk == null) return [];
  const { size_on_disk, pruned, prune_height, prune_target_size } = chain;
  return list([
    `${scaledText(size_on_disk, "B")} of blocks`,
    pruned === false && "all kept",
    pruned === true && `kept from height ${groupedText(prune_height ?? 0)}`,
    prune_target_size !== null && `pruned to ${scaledText(prune_target_size, "B")}`,
  ]);
}

function addressPieces({ addresses }: NodeState): string[] {
  const all = addresses?.find(({ network }) => network === "all_networks");
  if (all?.new == null || all.tried === null) return [];
  return list([`${groupedText(all.new)} new`, `${groupedText(all.tried)} tried`]);
}

function banPieces({ bans }: NodeState): string[] {
  return bans && bans.length > 0 ? [groupedText(bans.length)] : [];
}

/** Branches other than the active one; most nodes have a few old ones. */
function branchPieces({ tips }: NodeState): string[] {
  const others = tips?.filter(({ status }) => status !== "active") ?? [];
  if (others.length === 0) return [];
  const last = others.toSorted((a, b) => (b.height ?? 0) - (a.height ?? 0))[0]!;
  const blocks = counted(last.branch_length ?? 0, "block");
  return list([
    groupedText(others.length),
    `the last of ${blocks} up to height ${groupedText(last.height ?? 0)} (${last.status})`,
  ]);
}

/** Both calls return the same warnings. */
function warningsOf({ chain, network }: NodeState): string[] {
  return [...new Set([...(chain?.warnings ?? []), ...(network?.warnings ?? [])])];
}

/** The pieces that exist, with a separator after all but the last. */
function list(pieces: readonly (string | false | null | undefined)[], separator = ","): string[] {
  const present = pieces.filter((piece) => typeof piece === "string" && piece !== "") as string[];
  return present.map((piece, i) => (i < present.length - 1 ? `${piece}${separator}` : piece));
}
