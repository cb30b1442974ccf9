import { isoTime } from "../../event/json.ts";
import type { ConnectionLife } from "../../model/kept/connection-life.ts";
import type { Connections } from "../../store/read-connections.ts";
import { counted } from "../../text/counted.ts";
import { dateTime } from "../../text/date-time.ts";
import { durationText, groupedText, scaledText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";

/** A peer may announce every block first. */
const MAX_HEIGHTS = 6;

/**
 *     peer 7  203.0.113.7:8333, ipv4, outbound-full-relay, /Satoshi:30.0.0/
 *       connected  2026-11-21 07:33:08.703, for 3 h 10 min until 2026-11-21 10:43:11.001
 *       received   1,234 messages, 2.31 MB
 *       sent       1,002 messages, 812 kB
 *       relayed    announced 12,410, of it 830 requested and 829 delivered
 *       ping       61.2 ms at least; handshake 140 ms
 *       blocks     first to announce 2: 930,021, 930,024
 */
export function connectionLines({ connections, has_more }: Connections, paint: Paint): string[] {
  return [
    ...connections.flatMap((each, i) => [...(i === 0 ? [] : [""]), ...linesOf(each, paint)]),
    ...(has_more ? ["", paint("faint", "older connections are left out: --limit, --since")] : []),
  ];
}

/** The same as the members of a JSON document. */
export function connectionsJson({ connections, has_more }: Connections) {
  return { connections: connections.map(connectionJson), has_more };
}

function connectionJson({ first_seen, updated, opened, closed, ...rest }: ConnectionLife): object {
  return {
    ...{ first_seen: timeOf(first_seen), updated: timeOf(updated) },
    ...{ opened: timeOf(opened), closed: timeOf(closed) },
    ...rest,
    first_announced: rest.first_announced.map(({ time, height, hash, lead_ns }) => ({
      ...{ time: timeOf(time), height, hash, lead_ns },
    })),
  };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}

function linesOf(life: ConnectionLife, paint: Paint): string[] {
  const { peer_id, address, network, connection_type, user_agent } = life;
  const known = [address ?? "address unknown", network, connection_type, user_agent];
  const about = known.filter((part) => part !== null).map(printable);
  return [
    `${paint("strong", `peer ${peer_id}`)}  ${about.join(", ")}`,
    row("connected", connectedText(life)),
    row("received", trafficText(life.received, life.received_bytes)),
    row("sent", trafficText(life.sent, life.sent_bytes)),
    ...relayLines(life),
    ...pingLines(life),
    ...troubleLines(life, paint),
    ...blockLines(life),
  ];
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(10)} ${text}`;
}

function connectedText({
  status,
  opened,
  first_seen,
  closed,
  closed_by,
  updated,
  lasted_s,
}: ConnectionLife): string {
  const begin = opened === null ? `before ${dateTime(first_seen!)}` : dateTime(opened);
  const lasted = `${opened === null ? "seen for" : "for"} ${durationText(lasted_s * 1e9)}`;
  const silent = closed_by === "silence" ? " (assumed: it became silent)" : "";
  const end = {
    open: `open, as of ${dateTime(updated!)}`,
    closed: `until ${closed === null ? "" : dateTime(closed)}${silent}`,
    lost_sight: `until ${dateTime(updated!)}, when tracing ended`,
  }[status];
  return `${begin}, ${lasted}${status === "open" ? ", " : " "}${end}`;
}

function trafficText(messages: number | null, bytes: number | null): string {
  return `${counted(messages ?? 0, "message")}, ${scaledText(bytes ?? 0, "B")}`;
}

function relayLines({ announced, requested, delivered }: ConnectionLife): string[] {
  if (!announced) return [];
  const parts = [requested, delivered].map((count) => groupedText(count ?? 0));
  return [
    row(
      "relayed",
      `${groupedText(announced)} announced; of these, ${parts[0]} requested, ${parts[1]} delivered`,
    ),
  ];
}

function pingLines({ min_ping_ms, handshake_ms }: ConnectionLife): string[] {
  const parts = [
    ...(min_ping_ms === null ? [] : [`shortest ${durationText(min_ping_ms * 1e6)}`]),
    ...(handshake_ms === null ? [] : [`handshake took ${durationText(handshake_ms * 1e6)}`]),
  ];
  return parts.length === 0 ? [] : [row("ping", parts.join("; "))];
}

function troubleLines(
  { misbehaved, misbehaviour, evicted }: ConnectionLife,
  paint: Paint,
): string[] {
  const reasons = Array.isArray(misbehaviour)
    ? misbehaviour.map((each) => printable(String(each)))
    : [];
  return [
    ...(misbehaved
      ? [
          row(
            "misbehaved",
            paint("warning", `${counted(misbehaved, "time")}: ${reasons.join("; ")}`),
          ),
        ]
      : []),
    ...(evicted ? [row("evicted", paint("warning", "the node chose it for eviction"))] : []),
  ];
}

function blockLines({ first_announced: blocks }: ConnectionLife): string[] {
  if (blocks.length === 0) return [];
  const heights = blocks.slice(-MAX_HEIGHTS).map(({ height }) => groupedText(height ?? "?"));
  const hidden = blocks.length > MAX_HEIGHTS ? "…, " : "";
  return [
    row(
      "blocks",
      `first to announce ${groupedText(blocks.length)}: ${hidden}${heights.join("; ")}`,
    ),
  ];
}
