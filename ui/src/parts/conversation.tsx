import "../conversation.css";
import type { TailEvent } from "../../../src/dashboard/protocol/events.ts";
import type { PeerView } from "../../../src/model/peers/peers.ts";
import { colourOf } from "../colours.ts";
import { bytes, clock, count, printable } from "../format.ts";
import { hello, isSteerable, playback } from "../live.ts";
import { open } from "../route.ts";
import { TypeName } from "./mark.tsx";
import { Panel } from "./panel.tsx";
import { Tail } from "./tail.tsx";

/** What is said on one connection, as it is said. */
export function Conversation({ peer }: { readonly peer: PeerView }) {
  const { id, types, misbehaviour } = peer;
  const most = Math.max(1, ...types.map(([, received, sent]) => Math.max(received, sent)));
  return (
    <>
      <Panel
        title={`Peer ${id}: ${printable(peer.address)}`}
        span={8}
        aside={
          <button type="button" class="plain" onClick={() => open({ peer: null })}>
            Close
          </button>
        }
      >
        {misbehaviour.map((reason, i) => (
          <p key={`${i} ${reason}`} class="losses">
            misbehaved: {printable(reason || "no reason was given")}
          </p>
        ))}
        {peer.closed !== null && (
          <p class="absent">This connection was closed at {clock(peer.closed)}.</p>
        )}
        <Tail
          wish={{
            tracepoints: ["net:inbound_message", "net:outbound_message"],
            where: `peer_id == ${id}`,
            peer: id,
          }}
          nouns={["message", "messages"]}
          line={(event) => <Said event={event} />}
        />
        <p class="key">{payloadText()}</p>
      </Panel>
      <Panel title="Messages" span={4}>
        <table>
          <thead>
            <tr>
              <th>type</th>
              <th class="number">← in</th>
              <th class="bar" />
              <th class="number">→ out</th>
              <th class="bar" />
            </tr>
          </thead>
          <tbody>
            {types.map(([type, received, sent]) => (
              <tr key={type}>
                <td>
                  <TypeName type={printable(type)} colour={colourOf(type)} />
                </td>
                <td class="number">{count(received)}</td>
                <td class="bar">
                  <meter max={most} value={received} aria-hidden="true" />
                </td>
                <td class="number">{count(sent)}</td>
                <td class="bar">
                  <meter max={most} value={sent} aria-hidden="true" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </>
  );
}

/** What the peer says stands on the left, what the node says a little to the right; more of it for who opens it. */
function Said({ event }: { readonly event: TailEvent }) {
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
  if (event.message === undefined) return <div class={isInbound ? "said" : "said out"}>{head}</div>;
  return (
    <details class={isInbound ? "said" : "said out"}>
      <summary>{head}</summary>
      <pre>{JSON.stringify(event.message, null, 2).split("\n").map(printable).join("\n")}</pre>
    </details>
  );
}

/** Whether messages can be read, and at what price. */
function payloadText(): string {
  if (isSteerable.value) {
    return "While it is open, the payloads of this peer's messages are read, up to 16 kB of each: open one to read it. Of messages before that, only type and size are known.";
  }
  if (playback.value) return "What messages say is shown where payloads were recorded.";
  if (hello.value?.isPrivate) return "Payloads are not read: they would tell addresses of others.";
  return "Payloads are not read.";
}
