import type { PeerView } from "../../../src/picture/peers.ts";
import { colourOf } from "../colours.ts";
import { bytes, clock, count, printable } from "../format.ts";
import type { TailEvent } from "../live.ts";
import { choose } from "../route.ts";
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
          <button type="button" class="plain" onClick={() => choose("peer", null)}>
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
          }}
          fields={messageOf}
          hasNames={false}
        />
      </Panel>
      <Panel title="What was said" span={4}>
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

/** What the peer says stands on the left, what the node says on the right. */
function messageOf(event: TailEvent): [string, string][] {
  const isInbound = event.tracepoint === "net:inbound_message";
  const message = `${String(event.msg_type).padEnd(13)}${bytes(Number(event.size)).padStart(8)}`;
  return isInbound
    ? [["←", message]]
    : [
        [" ".repeat(9), ""],
        ["→", message],
      ];
}
