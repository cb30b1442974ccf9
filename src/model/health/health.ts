import { waitingText } from "../../event/notice.ts";
import { counted } from "../../text/counted.ts";
import { agoText, durationText, groupedText, percentText, threeDigits } from "../../text/format.ts";
import { FLUSH_STALL } from "../incidents/thresholds.ts";
import type { NodeReport } from "../node-report.ts";
import { chainHealth } from "./chain-health.ts";
import type { HealthFinding, Vitals } from "./vitals.ts";

const MINUTE_MS = 60_000;
const RECENT_MS = MINUTE_MS;
/** Blocks per second: only a node that catches up connects this many. */
const CATCHING_UP_RATE = 0.5;
/** A mempool is steady if it grows or shrinks by less than this share of its additions. */
const STEADY = 0.1;
/** A trend needs at least this much tracing. */
const TREND_MS = 30_000;

/** All findings about the node, ordered by topic. */
export function healthOf(vitals: Vitals): HealthFinding[] {
  return [
    tracing(vitals),
    ...switchedOff(vitals),
    ...chainHealth(vitals),
    ...peers(vitals),
    ...cache(vitals),
    ...losses(vitals),
    ...cost(vitals),
    rpc(vitals.report),
    ...history(vitals),
  ];
}

/** A summary in a few words: the most serious finding, or the state of the node without one. */
export function headlineOf(
  findings: readonly HealthFinding[],
  vitals: Vitals,
): Pick<HealthFinding, "status" | "message"> {
  const problems = findings.filter(({ status }) => status === "problem");
  const warnings = findings.filter(({ status }) => status === "warning");
  const first = problems[0] ?? warnings[0];
  if (!first) return { status: "ok", message: wellbeing(vitals) };
  const others = [...problems.slice(1), ...warnings].filter((finding) => finding !== first);
  return { status: first.status, message: `${first.message}${othersText(others)}` };
}

/** `; 1 more problem: chain; 2 more warnings: chain, peers` */
function othersText(others: readonly HealthFinding[]): string {
  return (["problem", "warning"] as const)
    .map((status) => others.filter((finding) => finding.status === status))
    .filter((findings) => findings.length > 0)
    .map((findings) => {
      const topics = [...new Set(findings.map(({ topic }) => topic))];
      return `; ${counted(findings.length, `more ${findings[0]!.status}`)}: ${topics.join(", ")}`;
    })
    .join("");
}

/** `In sync, 10 peers, last block 4 minutes ago, mempool growing`, without the parts that are unknown. */
function wellbeing(vitals: Vitals): string {
  const { now, report, lastBlock } = vitals;
  const peers = peerCounts(vitals);
  const seen = report?.network ? "" : " seen";
  const number = peers.inbound + peers.outbound;
  const parts = [
    syncText(vitals),
    number > 0 && `${counted(number, "peer")}${seen}`,
    lastBlock && `last block ${agoText(now - lastBlock.time)}`,
    mempoolText(vitals),
  ].filter((part) => typeof part === "string");
  if (parts.length === 0) return "Events are arriving";
  const sentence = parts.join(", ");
  return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}`;
}

function syncText({ report, blockRate }: Vitals): string | null {
  if (report?.chain?.initial_block_download === false) return "in sync";
  if (blockRate < CATCHING_UP_RATE) return null;
  return `connecting ${threeDigits(blockRate)} blocks a second`;
}

function mempoolText({ has, stream, now, mempool }: Vitals): string | null {
  const isYoung = now - stream.since < TREND_MS;
  const { growth, addedRate } = mempool;
  if (!has("mempool") || isYoung || addedRate === 0) return null;
  if (Math.abs(growth) < STEADY * addedRate) return "mempool steady";
  return growth > 0 ? "mempool growing" : "mempool shrinking";
}

function peerCounts({ peers, report }: Vitals): { inbound: number; outbound: number } {
  const { connections_in = null, connections_out = null } = report?.network ?? {};
  const outbound = [...peers]
    .filter(([type]) => type !== "" && type !== "inbound")
    .reduce((sum, [, count]) => sum + count, 0);
  return {
    inbound: connections_in ?? peers.get("inbound") ?? 0,
    outbound: connections_out ?? outbound,
  };
}

function tracing({ stream, obstacle }: Vitals): HealthFinding {
  const topic = "tracing";
  if (obstacle)
    return {
      status: "problem",
      topic,
      message: `Nothing is traced: ${obstacle.message}`,
      cure: obstacle.cure,
    };
  const { state, pid, binary, tracepoints, error } = stream;
  if (state === "ended") {
    const message = `The node ended (pid ${pid}); ${waitingText(stream.awaited)}`;
    return { status: "problem", topic, message, cure: null };
  }
  if (state === "waiting") {
    const message = `Waiting for a node${error ? `: ${error.message}` : ""}`;
    return { status: "problem", topic, message, cure: "start bitcoind; it is found by itself" };
  }
  if (error)
    return {
      status: "warning",
      topic,
      message: `Monitoring error: ${error.message}`,
      cure: null,
    };
  const which = pid === null ? "" : `, pid ${pid}`;
  const name = binary?.slice(binary.lastIndexOf("/") + 1);
  const message =
    name === undefined
      ? "Events are arriving"
      : `${counted(tracepoints, "tracepoint")} of ${name}${which}`;
  return { status: "ok", topic, message, cure: null };
}

function switchedOff({ off }: Vitals): HealthFinding[] {
  if (off === 0) return [];
  return [
    {
      status: "unknown",
      topic: "tracing",
      message: `${counted(off, "tracepoint")} disabled; ${off === 1 ? "its" : "their"} data is missing`,
      cure: "enable it on the page Tracepoints",
    },
  ];
}

/** A regtest node needs no peers. */
function isOwnChain({ report }: Vitals): boolean {
  return report?.chain?.chain === "regtest";
}

function peers(vitals: Vitals): HealthFinding[] {
  const topic = "peers";
  const { report, has, stream } = vitals;
  const { inbound, outbound } = peerCounts(vitals);
  if (report?.network?.active === false) {
    return [
      {
        status: "problem",
        topic,
        message: "The node's network is switched off",
        cure: "bitcoin-cli setnetworkactive true",
      },
    ];
  }
  if (!report?.network && (!has("net") || stream.state !== "attached")) return [];
  const finding = (
    status: HealthFinding["status"],
    message: string,
    cure: string | null = null,
  ) => [{ status, topic, message, cure }];
  const all = inbound + outbound;
  const counts = `${outbound} outbound and ${inbound} inbound peers`;
  if (!report?.network) return finding(all === 0 ? "unknown" : "ok", `${counts} seen`);
  if (isOwnChain(vitals)) return finding(all === 0 ? "unknown" : "ok", counts);
  const cure = "check its network and firewall";
  if (all === 0) return finding("problem", "No peers: the node receives nothing new", cure);
  if (outbound > 0) return finding("ok", counts);
  const message =
    inbound === 1
      ? "The only peer is inbound: the node chose none itself"
      : `All ${inbound} peers are inbound: the node chose none of them itself`;
  return finding("warning", message, `unless this is meant (-connect=0), ${cure}`);
}

function cache({ flushMs }: Vitals): HealthFinding[] {
  if (flushMs === null || flushMs < FLUSH_STALL.warningMs) return [];
  const message = `The last UTXO cache flush blocked the node for ${durationText(flushMs * 1e6, "µs")}`;
  return [
    { status: "warning", topic: "cache", message, cure: "a faster disk, or a smaller -dbcache" },
  ];
}

function losses({ lost, delivered, flawed, stream, now }: Vitals): HealthFinding[] {
  const topic = "events";
  if (delivered + lost === 0) return [];
  if (lost > 0) {
    const recent = stream.lastLoss !== null && now - stream.lastLoss < RECENT_MS;
    const message = `${groupedText(lost)} of ${counted(delivered + lost, "event")} were lost${recent ? "" : ", none of them lately"}`;
    return [
      {
        status: recent ? "warning" : "ok",
        topic,
        message,
        cure: recent ? "a larger ring buffer: --ring 128M" : null,
      },
    ];
  }
  const cut = flawed > 0 ? `; ${groupedText(flawed)} were cut or partly unreadable` : "";
  return [{ status: "ok", topic, message: `No event was lost${cut}`, cure: null }];
}

function cost({ cost, stream }: Vitals): HealthFinding[] {
  const topic = "cost";
  if (stream.state !== "attached") return [];
  if (cost === null) {
    return [
      {
        status: "unknown",
        topic,
        message: "The cost of tracing could not be measured",
        cure: null,
      },
    ];
  }
  const heavy = cost.share > 0.05;
  return [
    {
      status: heavy ? "warning" : "ok",
      topic,
      message: `Tracing costs the node ${percentText(cost.share)} of a core`,
      cure: heavy ? "trace fewer tracepoints" : null,
    },
  ];
}

function rpc(report: NodeReport | null): HealthFinding {
  const topic = "rpc";
  if (report === null) {
    const message = "RPC and IPC are off; showing tracepoint data only";
    return { status: "unknown", topic, message, cure: null };
  }
  const { status, problem } = report.availability;
  if (status === "up") return { status: "ok", topic, message: "The node answers RPC", cure: null };
  const message = problem ? `RPC: ${problem.message}` : "RPC: no answer yet";
  return {
    status: status === "unknown" ? "unknown" : "warning",
    topic,
    message,
    cure: problem?.cure ?? null,
  };
}

function history({ notKept, notRecorded }: Vitals): HealthFinding[] {
  const warning = (message: string, cure: string): HealthFinding => {
    return { status: "warning", topic: "history", message, cure };
  };
  return [
    ...(notKept ? [warning(`History is only in memory: ${notKept.message}`, notKept.cure)] : []),
    ...(notRecorded
      ? [warning(`Events are not recorded: ${notRecorded.message}`, notRecorded.cure)]
      : []),
  ];
}
