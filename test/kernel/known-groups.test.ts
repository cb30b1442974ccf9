import fc from "fast-check";
import { expect, it } from "vitest";
import type { CountRequest } from "../../src/counting/count-request.ts";
import { identity } from "../../src/counting/counts.ts";
import { type Counts, decodeRows } from "../../src/counting/group.ts";
import { openSession } from "../../src/session/attach/open-session.ts";
import { declareProbes } from "../../src/simulate/probes.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";

const RING_SIZE = 4096;
const LATENCY_MS = 100;

/** Counts messages by type while `fire` runs. */
async function countsOf(
  reserved: readonly string[],
  room: number,
  fire: () => void,
): Promise<Counts> {
  const request: CountRequest = {
    patterns: ["net:inbound_message"],
    where: null,
    by: ["msg_type"],
    types: [],
    measures: [{ text: "size", sum: true, extremes: true }],
    histogram: { text: "size", linear: null, bounds: [1, 10, 1000] },
    room,
    reserved: reserved.map((type) => [type]),
  };
  const target = `${process.pid}`;
  const session = openSession({ target, events: null, counts: [request] }, RING_SIZE, LATENCY_MS);
  fire();
  session.stop();
  for await (const _ of session.batches());
  const [[rows]] = (await session.counts()) as [[Parameters<typeof decodeRows>[0]]];
  await session.close();
  return decodeRows(rows);
}

describeNeeding([rightsToTrace], "known groups in the kernel", () => {
  const probes = declareProbes(31);

  const fire = (msg_type: string, size: number | bigint) => {
    const args = { peer_id: 1, address: "a:1", connection_type: "inbound", msg_type, size };
    probes.fire({
      at: 0,
      tracepoint: "net:inbound_message",
      args: { ...args, payload: new Uint8Array() },
    });
  };

  it("have the counts that they have without being known", async () => {
    // Few letters, so that texts are often equal, or one is the beginning of another.
    const text = fc.string({ unit: fc.constantFrom("a", "b", "ü"), maxLength: 18 });
    const known = fc.array(text, { minLength: 1, maxLength: 40 });
    const size = fc.oneof(fc.nat(2000), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
    const other = fc.array(fc.tuple(text, size), { maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(known, other, async (known, other) => {
        const fireAll = () => {
          for (const type of known) fire(type, 5);
          for (const [type, size] of other) fire(type, size);
        };
        const inOrder = ({ groups, overflow }: Counts) => ({
          groups: Object.fromEntries(groups.map((group) => [identity(group), group])),
          overflow,
        });
        const room = 8192;
        expect(inOrder(await countsOf(known, room, fireAll))).toEqual(
          inOrder(await countsOf([], room, fireAll)),
        );
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 60_000);

  it("have a group each, even if they need more slots than a table has", async () => {
    const known = Array.from({ length: 1000 }, (_, i) => `type-${i}`);
    const { groups, overflow } = await countsOf(known, known.length, () => {
      for (const type of known) fire(type, 5);
    });
    expect(overflow).toBeNull();
    expect(groups.map(({ key, count }) => [key[0], count]).sort()).toEqual(
      known.map((type) => [type, 1]).sort(),
    );
  });
});
