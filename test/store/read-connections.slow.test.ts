import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { numberIn, textIn } from "../../src/event/fields.ts";
import {
  type ConnectionChoice,
  connectionRows,
  readConnections,
} from "../../src/store/read-connections.ts";
import { REPOSITORY } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { BEGIN, eventsOf } from "../model/events.ts";
import { type KeptPlace, keptPlace, readerOf, recordingReaderOf } from "./lives.ts";

const EVENTS = eventsOf(600, 3);
const closedPeers = EVENTS.filter(({ tracepoint }) => tracepoint === "net:closed_connection");
const messagesOf = (peer: number, direction: string) =>
  EVENTS.filter(
    (event) =>
      event.tracepoint === `net:${direction}_message` && numberIn(event, "peer_id") === peer,
  );

const directory = temporaryDirectory();
let place: KeptPlace;
beforeAll(async () => {
  place = await keptPlace(directory, EVENTS);
});

const choice = (peer: number | string, members: Partial<ConnectionChoice> = {}) => ({
  ...{ peer, at: null, since: null, last: 10 },
  ...members,
});

describe("kept connections", () => {
  it("have the traffic and the end that the events show", async () => {
    const recorded = await recordingReaderOf(place, connectionRows());
    expect(closedPeers.length).toBeGreaterThan(20);
    for (const closed of closedPeers.slice(0, 20)) {
      const peer = numberIn(closed, "peer_id")!;
      const { connections } = await readConnections(recorded, choice(peer));
      expect(connections).toHaveLength(1);
      const [received, sent] = ["inbound", "outbound"].map((way) => messagesOf(peer, way));
      expect(connections[0]).toMatchObject({
        address: textIn(closed, "address"),
        closed: expect.closeTo(closed.time, 2),
        status: "closed",
        received: received!.length,
        sent: sent!.length,
        received_bytes: received!.reduce((sum, event) => sum + numberIn(event, "size")!, 0),
      });
    }
  });

  it("are found by the address, with and without its port", async () => {
    const reader = await recordingReaderOf(place, connectionRows());
    for (const closed of closedPeers.slice(0, 20)) {
      const address = textIn(closed, "address")!;
      const host = address.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
      const found = await readConnections(reader, choice(address, { last: 100 }));
      const peers = found.connections.map(({ peer_id }) => peer_id);
      expect(peers).toContain(numberIn(closed, "peer_id"));
      const ofHost = await readConnections(reader, choice(host, { last: 100 }));
      expect(ofHost.connections.map(({ peer_id }) => peer_id)).toEqual(
        expect.arrayContaining(peers),
      );
    }
    await expect(readConnections(reader, choice("' OR true --"))).rejects.toMatchObject({
      code: "NOT_KEPT",
    });
  });

  it("name the blocks that the peer announced first", async () => {
    const reader = await recordingReaderOf(place, connectionRows());
    const rows = await reader.wholeRows("blocks", "WHERE first_peer_id IS NOT NULL");
    expect(rows.length).toBeGreaterThan(10);
    for (const { first_peer_id, hash, first_seen } of rows) {
      const { connections } = await readConnections(reader, choice(first_peer_id!));
      expect(first_seen).not.toBeNull();
      expect(connections.flatMap((each) => each.first_announced.map((b) => b.hash))).toContain(
        hash,
      );
    }
  });

  it("are those that were open at a time, or since then", async () => {
    const reader = await recordingReaderOf(place, connectionRows());
    const closed = closedPeers.at(-1)!;
    const peer = numberIn(closed, "peer_id")!;
    const found = await readConnections(reader, choice(peer, { at: closed.time - 1 }));
    expect(found.connections.map(({ peer_id }) => peer_id)).toEqual([peer]);
    for (const members of [{ at: closed.time + 2 }, { at: BEGIN }, { since: closed.time + 2 }]) {
      await expect(readConnections(reader, choice(peer, members))).rejects.toMatchObject({
        code: "NOT_KEPT",
        message: expect.stringContaining(`peer ${peer} `),
      });
    }
  });

  it("of two corelens, one after the other, are two", async () => {
    const since = "connections are kept since 2026-01-01T00:00:00Z";
    await expect(readConnections(await readerOf(place), choice(99_999))).rejects.toMatchObject({
      message: `a connection to peer 99999 is not kept; ${since}`,
    });
    const all = await (await readerOf(place)).wholeRows("connections", "ORDER BY first_seen");
    const [peer] = all
      .map(({ peer_id }) => peer_id)
      .filter((id) => all.filter(({ peer_id }) => peer_id === id).length === 2);
    const one = await readConnections(await readerOf(place), choice(peer!, { last: 1 }));
    expect([one.connections.length, one.has_more]).toEqual([1, true]);
    const both = await readConnections(await readerOf(place), choice(peer!));
    expect([both.connections.length, both.has_more]).toEqual([2, false]);
    expect(both.connections[0]).toEqual(one.connections[0]);
  });
});

describe("corelens peer", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [`${REPOSITORY}bin/corelens`, "peer", ...args], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC" },
    });

  it("prints connections", async () => {
    const { stdout, stderr, status } = run("16", "--from", place.recording);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/peer-16.txt");
  });

  it("fails with status 3 for what is not kept", () => {
    const { stderr, status } = run("203.0.113.255", "--from", place.recording);
    expect(stderr).toContain(
      "NOT_KEPT: the recording does not show a connection to 203.0.113.255;",
    );
    expect(status).toBe(3);
  });
});
