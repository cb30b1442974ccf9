import { expect, it, onTestFinished } from "vitest";
import { isNotice, type StreamEvent } from "../../src/event/notice.ts";
import { SimulatedSource } from "../../src/session/source/simulated-source.ts";

/** The events of some batches of a quick simulation, between which something is done. */
async function take(source: SimulatedSource, batches: number, between: (batch: number) => void) {
  const events: StreamEvent[] = [];
  let batch = 0;
  for await (const some of source.batches()) {
    events.push(...some);
    if (++batch === batches) break;
    between(batch);
  }
  return events;
}

it("a simulated source accepts the same changes of settings as a traced node", async () => {
  const source = new SimulatedSource(1, 50, 31);
  onTestFinished(() => source.close());
  const events = await take(source, 60, (batch) => {
    if (batch === 10) source.changeSettings({ off: ["net:outbound_message"], peers: [0, 1, 2, 3] });
  });
  const at = events.findIndex(({ tracepoint }) => tracepoint === "corelens:settings");
  expect(events[at]).toMatchObject({ off: ["net:outbound_message"], peers: [0, 1, 2, 3] });
  const later = events.slice(at).filter((event) => !isNotice(event));
  const names = new Set(later.map(({ tracepoint }) => tracepoint));
  expect(names).toContain("net:inbound_message");
  expect(names).not.toContain("net:outbound_message");
  const messages = later.filter(({ tracepoint }) => tracepoint === "net:inbound_message");
  for (const event of messages) {
    const { peer_id, payload, size } = event as unknown as Record<string, unknown>;
    const isFollowed = Number(peer_id) <= 3;
    expect(payload instanceof Uint8Array && payload.length === size).toBe(isFollowed);
  }
});
