import { counted } from "../../text/counted.ts";
import { agoText, durationText, groupedText } from "../../text/format.ts";
import { reorganisationText } from "../chain/reorganisation.ts";
import { SLOW_BLOCK } from "../incidents/thresholds.ts";
import type { HealthFinding, Vitals } from "./vitals.ts";

const topic = "chain";
const MINUTE_MS = 60_000;
/** One gap between blocks in 150 is longer: exp(-50/10). */
const LONG_WITHOUT_BLOCK_MS = 50 * MINUTE_MS;
/** Headers arrive before their blocks: a smaller gap is normal. */
const FEW_BLOCKS_BEHIND = 3;
/** A reorganisation matters for six blocks: the usual wait for confirmations. */
const REORGANISATION_MS = 60 * MINUTE_MS;
/** A permanent warning of pre-release builds; it has no cure. */
const RELEASE_WARNING = /^This is a pre-release test build/;

/** All findings about the chain. */
export function chainHealth(vitals: Vitals): HealthFinding[] {
  return [...reorganisation(vitals), ...sync(vitals), ...warnings(vitals), ...lastBlock(vitals)];
}

function reorganisation({ reorganisation: last, now }: Vitals): HealthFinding[] {
  if (last === null) return [];
  const age = now - last.time;
  const message = `${reorganisationText(last)}, ${agoText(age)}`;
  if (age > REORGANISATION_MS) return [{ status: "ok", topic, message, cure: null }];
  const status = last.depth > 1 ? "problem" : "warning";
  const cure = "bitcoin-cli getchaintips lists all branches; wait for more confirmations";
  return [{ status, topic, message, cure }];
}

function sync({ report }: Vitals): HealthFinding[] {
  const { chain, height, headers, initial_block_download, verification_progress } =
    report?.chain ?? {};
  // Regtest blocks are mined on demand: after a day without one, Core reports an initial block download.
  const status = chain === "regtest" ? "unknown" : "warning";
  const behind = (headers ?? 0) - (height ?? 0);
  if (initial_block_download === true) {
    const percent = ((verification_progress ?? 0) * 100).toFixed(1);
    const message = `Still catching up: ${percent} % of the chain verified`;
    return [{ status, topic, message, cure: null }];
  }
  if (initial_block_download === false && height != null && behind >= FEW_BLOCKS_BEHIND) {
    const message = `${counted(behind, "block")} behind the best headers known`;
    return [{ status: "warning", topic, message, cure: null }];
  }
  return [];
}

function warnings({ report }: Vitals): HealthFinding[] {
  return (report?.chain?.warnings ?? []).map((warning) => ({
    status: RELEASE_WARNING.test(warning) ? "unknown" : "warning",
    topic,
    message: `The node warns: ${warning}`,
    cure: null,
  }));
}

function lastBlock({ now, has, lastBlock, report, stream }: Vitals): HealthFinding[] {
  if (!has("validation") || stream.state !== "attached") return [];
  const { chain, initial_block_download } = report?.chain ?? {};
  const isSyncing = initial_block_download === true;
  const age = now - (lastBlock?.time ?? stream.since);
  if (age > LONG_WITHOUT_BLOCK_MS && !isSyncing && chain !== "regtest") {
    const message = `No block for ${Math.round(age / MINUTE_MS)} minutes; one gap in 150 is that long`;
    const cure = "compare the height with another node's";
    return [{ status: "warning", topic, message, cure }];
  }
  if (lastBlock === null) {
    return [{ status: "unknown", topic, message: "No block since tracing began", cure: null }];
  }
  const { height, duration_ns: took } = lastBlock;
  const isSlow = took !== null && took > SLOW_BLOCK.warningMs * 1e6 && !isSyncing;
  const number = height === null ? "" : ` ${groupedText(height)}`;
  const connected = took === null ? "" : `, connected in ${durationText(took, "µs")}`;
  return [
    {
      status: isSlow ? "warning" : "ok",
      topic,
      message: `Block${number} ${agoText(age)}${connected}`,
      cure: isSlow ? "is the disk or the CPU busy with something else?" : null,
    },
  ];
}
