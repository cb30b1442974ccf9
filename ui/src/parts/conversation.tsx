import "./conversation.css";
import type { TailEvent } from "../../../src/dashboard/protocol/events.ts";
import type { EffectsView } from "../../../src/model/peers/effects.ts";
import type { MessageCount } from "../../../src/model/peers/peer.ts";
import { usefulPercent } from "../../../src/model/peers/peer-filter.ts";
import type { PeerRow } from "../../../src/model/peers/peer-row.ts";
import { counted } from "../../../src/text/counted.ts";
import { colourOf } from "../colours.ts";
import { bytes, clock, count, nanoseconds, printable } from "../format.ts";
import { hello, mayChangeSettings, peerDetails, playback } from "../live.ts";
import { open } from "../route.ts";
import { TypeName } from "./mark.tsx";
import { Panel } from "./panel.tsx";
import { column, Table, type TableColumn } from "./table.tsx";
import { Tail } from "./tail.tsx";

/** The messages of one connection, recent and new ones. */
export function Conversation({ peer }: { readonly peer: PeerRow }) {
  const { id, misbehaviour } = peer;
  const { types = [], effects = null } = peerDetails.value ?? {};
  const most = Math.max(1, ...types.map(([, received, sent]) => Math.max(received, sent)));
  return (
    <>
      <Panel
        title={`Peer ${id}: ${printable(peer.address)}`}
        span={7}
        aside={
          <button type="button" class="plain" onClick={() => open({ peer: null })}>
            Close
          </button>
        }
      >
        {misbehaviour.map((reason, i) => (
          <p key={`${i} ${reason}`} class="losses">
            misbehaved: {printable(reason || "no reason given")}
          </p>
        ))}
        {peer.closed !== null && (
          <p class="absent">This connection closed at {clock(peer.closed)}.</p>
        )}
        <Tail
          command={{
            tracepoints: ["net:inbound_message", "net:outbound_message"],
            where: `peer_id == ${id}`,
            peer: id,
          }}
          nouns={["message", "messages"]}
          line={(event) => <Message event={event} />}
        />
        <p class="key">{payloadText()}</p>
      </Panel>
      <Panel title="Messages" span={5}>
        <Table columns={typeColumns(most)} rows={types} keyOf={([type]) => type} />
        <p class="key">{relayText(peer)}</p>
        {effects && <p class="key">{effectsText(effects)}</p>}
      </Panel>
    </>
  );
}

function typeColumns(most: number): readonly TableColumn<MessageCount>[] {
  const bar = (value: number) => <meter max={most} value={value} aria-hidden="true" />;
  return [
    column("text", "type", ([type]) => <TypeName type={printable(type)} colour={colourOf(type)} />),
    column("number", "← in", ([, received]) => count(received)),
    column("bar", "", ([, received]) => bar(received), { name: "received" }),
    column("number", "→ out", ([, , sent]) => count(sent)),
    column("bar", "", ([, , sent]) => bar(sent), { name: "sent" }),
    column("number", "handling", ([, , , ns]) => (ns === 0 ? "–" : `≥ ${nanoseconds(ns)}`)),
  ];
}

/** A peer's messages are on the left, the node's messages are indented. A decoded message opens. */
function Message({ event }: { readonly event: TailEvent }) {
  const isInbound = event.tracepoint === "net:inbound_message";
  const type = printable(String(event.msg_type));
  const head = (
    <>
      <span class="arrow">{isInbound ? "←" : "→"}</span>
      <TypeName type={type} colour={colourOf(type)} />
      <span class="size">{bytes(Number(event.size))}</span>
      <span class="words">{printable(String(event.summary ?? ""))}</span>
    </>
  );
  if (event.message === undefined)
    return <div class={isInbound ? "message" : "message out"}>{head}</div>;
  return (
    <details class={isInbound ? "message" : "message out"}>
      <summary>{head}</summary>
      <pre>{JSON.stringify(event.message, null, 2).split("\n").map(printable).join("\n")}</pre>
    </details>
  );
}

/** The announcements of both sides, and the share of them that was new. */
function relayText(peer: PeerRow): string {
  const { in: received, out: sent } = peer.relay;
  const useful = usefulPercent(peer);
  const share = useful === null ? "" : ` (${Math.round(useful)} % useful)`;
  return `Transactions and blocks: the peer announced ${count(received.announced)}, and the node requested ${count(received.requested)}${share}. The node announced ${count(sent.announced)}, and the peer requested ${count(sent.requested)}.`;
}

const MAX_REASONS = 4;

/** What the peer's messages certainly caused. */
function effectsText({ added, rejected, connected }: EffectsView): string {
  const reasons = rejected
    .slice(0, MAX_REASONS)
    .map(([reason, number]) => `${count(number)} ${printable(reason)}`);
  if (rejected.length > MAX_REASONS) reasons.push("…");
  const refused = rejected.reduce((sum, [, number]) => sum + number, 0);
  const why = reasons.length === 0 ? "" : ` (${reasons.join(", ")})`;
  return `Effects of the peer's messages, as far as they are certain: ${counted(added, "transaction")} added, ${count(refused)} rejected${why}, ${counted(connected, "block")} connected.`;
}

/** Whether payloads are read, and when. */
function payloadText(): string {
  if (mayChangeSettings.value) {
    return "While this panel is open, corelens reads up to 16 kB of each message of this peer; click a message to see its contents. For earlier messages only type and size are known.";
  }
  if (playback.value)
    return "Click a message to see its contents, if the recording has its payload.";
  if (hello.value?.isPrivate)
    return "Payloads are not read, because they contain addresses of other nodes.";
  return "Payloads are not read.";
}
