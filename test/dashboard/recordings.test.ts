import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Sections } from "../../src/model/sections.ts";
import { until } from "../helpers/stream.ts";
import { eventsOf, KINDS } from "../model/events.ts";
import { record, temporaryDirectory } from "../recording/recordings.ts";
import { writeRecording } from "./recording.ts";
import { Serving } from "./serving.ts";

const EVENTS = eventsOf(30);
const HOST = { host: "localhost" };
let bytes: Buffer;

beforeAll(async () => {
  const path = join(tmpdir(), `corelens-shelf-${process.pid}`);
  await writeRecording(path, EVENTS);
  bytes = readFileSync(path);
  rmSync(path);
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function put(
  { app }: Serving,
  name: string,
  payload: Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const url = `/api/recordings/${name}`;
  const reply = await app.inject({ method: "PUT", url, payload, headers: { ...HOST, ...headers } });
  const isJson = String(reply.headers["content-type"]).startsWith("application/json");
  return { status: reply.statusCode, body: isJson ? reply.json() : {} };
}

async function get({ app }: Serving, url: string): Promise<Answer> {
  const reply = await app.inject({ url, headers: HOST });
  return { status: reply.statusCode, body: reply.json() };
}

async function listed(serving: Serving): Promise<Record<string, unknown>[]> {
  return (await get(serving, "/api/recordings")).body.recordings as Record<string, unknown>[];
}

async function upload(serving: Serving, name = "a.corelens", payload = bytes): Promise<string> {
  const { status, body } = await put(serving, name, payload);
  expect(status).toBe(201);
  return String(body.id);
}

/** Private directories of uploads. */
function uploadPlaces(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("corelens-uploads-"));
}

describe("recordings where corelens runs", () => {
  it("are listed, files and directories of files, with their times", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "b.corelens"), bytes);
    writeFileSync(join(directory, "notes.txt"), bytes);
    writeFileSync(join(directory, "z.corelens"), "garbage");
    mkdirSync(join(directory, "empty"));
    mkdirSync(join(directory, "rotated"));
    writeFileSync(join(directory, "rotated", "1.corelens"), bytes);
    writeFileSync(join(directory, "rotated", "2.corelens"), bytes.subarray(0, -5));
    const serving = await Serving.begin(null, { directory });
    const recordings = await listed(serving);
    expect(recordings.map(({ name }) => name)).toEqual(["b.corelens", "rotated", "z.corelens"]);
    const [file, rotated, garbage] = recordings;
    const span = { first: EVENTS[0]!.time, last: EVENTS.at(-1)!.time };
    expect(file).toMatchObject({ ...span, bytes: bytes.length, is_upload: false, damage: null });
    expect(rotated).toMatchObject({ ...span, bytes: bytes.length * 2 - 5 });
    expect(rotated!.damage).toMatch(/^rotated\/2.corelens ends within a frame/);
    expect(garbage).toMatchObject({
      first: null,
      damage: "z.corelens is not a recording: it is text",
    });
    expect(await listed(serving)).toEqual(recordings);
    writeFileSync(join(directory, "z.corelens"), bytes);
    expect((await listed(serving))[2]).toMatchObject(span);
  });

  it("in an unreadable directory are reported as an error", async () => {
    const directory = join(temporaryDirectory(), "none");
    const serving = await Serving.begin(null, { directory });
    await expect(serving.recordings.check()).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
    expect(await get(serving, "/api/recordings")).toMatchObject({
      status: 404,
      body: { code: "FILE_UNREADABLE" },
    });
  });
});

describe("an open recording", () => {
  it("has its own API and pages, while live pages continue", async () => {
    const serving = await Serving.begin();
    const id = await upload(serving);
    const [browser, other, live] = [
      await serving.open({}, id),
      await serving.open({}, id),
      await serving.open(),
    ];
    expect(await browser.next("hello")).toMatchObject({
      subject: { kind: "recording", recording: { id, name: "a.corelens", home: "node" } },
    });
    expect(await live.next("hello")).toMatchObject({ subject: { kind: "node" } });
    const { last } = (await listed(serving))[0]!;
    browser.send({ play: { position: last, isPlaying: false } });
    const delivered = async (query: string): Promise<number> => {
      const { body } = await get(serving, `/api/view/overview${query}`);
      return (body.events as { delivered: number }).delivered;
    };
    const before = await delivered("");
    await until("all of it is told", async () => {
      return (await delivered(`?recording=${id}`)) === EVENTS.length;
    });
    expect(await delivered("")).toBe(before);
    other.send({ show: { section: "overview", scale: "5m" } });
    expect(await other.next("view")).toMatchObject({
      document: {
        playback: { position: last, isPlaying: false, damage: null },
        status: { now: expect.any(Number) },
      },
    });
    for (const path of ["/api/status", "/api/history/mempool"]) {
      expect((await get(serving, `${path}?recording=${id}`)).status, path).toBe(200);
    }
  });

  it("is closed a minute after its last viewer left, and opened again for the next one", async () => {
    const serving = await Serving.begin();
    const id = await upload(serving);
    const browser = await serving.open({}, id);
    const hub = await serving.recordings.open(id);
    serving.recordings.sweep(Date.now() + 100_000);
    expect(await serving.recordings.open(id)).toBe(hub);
    browser.socket.terminate();
    await until("it is gone", () => hub.size === 0);
    serving.recordings.sweep(Date.now() + 50_000);
    expect(await serving.recordings.open(id)).toBe(hub);
    serving.recordings.sweep(Date.now() + 61_000);
    expect(await serving.recordings.open(id)).not.toBe(hub);
  });

  it("that does not exist is reported as gone at once", async () => {
    const serving = await Serving.begin();
    for (const id of ["none", "..%2f..%2fetc%2fpasswd", "__proto__", "%00", "x".repeat(5000)]) {
      const browser = await serving.open({}, id);
      expect(await browser.next("gone"), id).toMatchObject({ code: "RECORDING_UNKNOWN" });
      await until("it is disconnected", () => browser.closed !== null);
      expect(browser.closed).toBe(4404);
      const answer = await get(serving, `/api/status?recording=${id}`);
      expect(answer).toMatchObject({ status: 404, body: { code: "RECORDING_UNKNOWN" } });
    }
    const twice = await get(serving, "/api/status?recording=a&recording=b");
    expect(twice.status).toBe(400);
  });

  it("beyond the eighth is refused, while viewers of the others continue", async () => {
    const directory = temporaryDirectory();
    for (let i = 10; i < 30; i++) writeFileSync(join(directory, `${i}.corelens`), bytes);
    const serving = await Serving.begin(null, { directory });
    const ids = (await listed(serving)).map(({ id }) => String(id));
    const browsers = await Promise.all(ids.map((id) => serving.open({}, id)));
    await until("all know", () => browsers.every(({ messages }) => messages.length > 0));
    const first = browsers.map(({ messages }) => messages[0]!);
    expect(first.filter(({ type }) => type === "hello")).toHaveLength(8);
    const refused = first.filter(({ type }) => type === "gone");
    expect(refused).toHaveLength(12);
    for (const each of refused) expect(each.code).toBe("RECORDINGS_BUSY");
    // A closed recording makes room for another one.
    const leaving = browsers.findIndex(({ messages }) => messages[0]!.type === "hello");
    const hub = await serving.recordings.open(ids[leaving]!);
    browsers[leaving]!.socket.terminate();
    await until("it is gone", () => hub.size === 0);
    const staying = ids[first.findIndex(({ type }) => type === "gone")]!;
    await until("there is room", () => {
      return serving.recordings.open(staying).then(
        () => true,
        () => false,
      );
    });
  });

  it("ends for its browsers when corelens ends, also while it plays", async () => {
    const serving = await Serving.begin();
    const id = await upload(serving);
    const browser = await serving.open({}, id);
    browser.send({ play: { speed: 100 } });
    await serving.recordings.close();
    await until("it is disconnected", () => browser.closed !== null);
    expect(browser.closed).toBe(1001);
  });

  it("that is damaged plays up to the damage and reports it without its path", async () => {
    const serving = await Serving.begin();
    const path = join(temporaryDirectory(), "blocks");
    await record(path, KINDS, EVENTS, { batch: 100 });
    const blocks = readFileSync(path);
    const damaged = Buffer.from(blocks);
    damaged[Math.floor(blocks.length * 0.8)]! ^= 1;
    const cut = blocks.subarray(0, blocks.length - 100);
    for (const [payload, words] of [
      [damaged, /^RECORDING_CORRUPT: b.corelens: /],
      [cut, /^b.corelens ends within a frame/],
    ] as const) {
      const id = await upload(serving, "b.corelens", payload);
      const browser = await serving.open({}, id);
      browser.send({ play: { position: 1e300 } });
      browser.send({ show: { section: "overview", scale: "5m" } });
      await until("it is met", () => browser.shown?.document.playback?.damage != null);
      const { playback, view } = browser.shown!.document;
      const { damage, last, position } = playback!;
      expect(damage).toMatch(words);
      const before = EVENTS.filter(({ time }) => time <= last).length;
      expect(before).toBeGreaterThan(100);
      expect((view as Sections["overview"]).events.delivered).toBe(before);
      expect(position).toBe(last);
    }
  });

  it("has no addresses with --private, which refuses uploads", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "a.corelens"), bytes);
    const serving = await Serving.begin(null, { directory, isPrivate: true });
    expect(await put(serving, "a", bytes)).toMatchObject({
      status: 403,
      body: { code: "UPLOAD_REFUSED" },
    });
    expect((await get(serving, "/api/recordings")).body.takes_uploads).toBe(false);
    const id = String((await listed(serving))[0]!.id);
    const browser = await serving.open({}, id);
    expect(await browser.next("hello")).toMatchObject({ isPrivate: true });
    browser.send({ play: { position: 1e300 } });
    let peers: { address: string }[] = [];
    await until("peers are there", async () => {
      peers = (await get(serving, `/api/view/peers?recording=${id}`)).body.peers as typeof peers;
      return peers.length > 0;
    });
    for (const { address } of peers) expect(address).toMatch(/\(hidden\)$|^$/);
  });
});

describe("an upload", () => {
  it("that is not a recording is refused and deleted", async () => {
    const serving = await Serving.begin();
    const before = uploadPlaces();
    for (const payload of [
      Buffer.alloc(0),
      Buffer.from("CORE"),
      Buffer.from("<html>".repeat(1e5)),
      bytes.subarray(0, 12),
      Buffer.concat([bytes.subarray(0, 12), Buffer.alloc(1000, 0xff)]),
    ]) {
      const { status, body } = await put(serving, "x.corelens", payload);
      expect([status, body.code], String(body.message)).toEqual([422, "RECORDING_CORRUPT"]);
      expect(body.message).not.toContain(tmpdir());
      expect(body.cure).toBeDefined();
    }
    const later = Buffer.from(bytes);
    later.writeUInt32LE(9, 8);
    expect((await put(serving, "x", later)).body.code).toBe("RECORDING_VERSION");
    expect(await listed(serving)).toEqual([]);
    for (const place of uploadPlaces().filter((each) => !before.includes(each))) {
      expect(readdirSync(join(tmpdir(), place))).toEqual([]);
    }
  });

  it("may have any name: it is never a path, and is shown as text", async () => {
    const serving = await Serving.begin();
    const before = uploadPlaces();
    for (const [name, shown] of [
      ["..%2F..%2F..%2Fetc%2Fpasswd", "passwd"],
      ["C%3A%5Cnode.corelens", "node.corelens"],
      ["a%00b%1b%5B2J%E2%80%AE.corelens", "ab[2J.corelens"],
      ["%3Cimg src=x%3E", "<img src=x>"],
      ["%2F", "recording"],
      ["", "recording"],
      ["%E2%82%BF".repeat(200), "₿".repeat(120)],
    ] as const) {
      const { status, body } = await put(serving, name.replaceAll(" ", "%20"), bytes);
      expect([status, body.name], name).toEqual([201, shown]);
    }
    expect((await put(serving, "%2e%2e", bytes)).status).toBe(404);
    expect((await put(serving, "x".repeat(300), bytes)).status).toBe(414);
    const places = uploadPlaces().filter((each) => !before.includes(each));
    const files = places.flatMap((place) => readdirSync(join(tmpdir(), place)));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(file).toMatch(/^[\w-]{16}$/);
    await serving.recordings.close();
    for (const place of places) expect(existsSync(join(tmpdir(), place))).toBe(false);
  });

  it("has a maximum size, announced or not", async () => {
    const serving = await Serving.begin(null, { maxBytes: bytes.length - 1 });
    const { status, body } = await put(serving, "a", bytes);
    expect([status, body.code]).toEqual([413, "RECORDING_TOO_LARGE"]);
    const chunked = request({
      port: serving.port,
      path: "/api/recordings/a",
      method: "PUT",
      headers: { "transfer-encoding": "chunked" },
    });
    chunked.end(bytes);
    const [response] = await once(chunked, "response");
    expect(response.statusCode).toBe(413);
    expect(await listed(serving)).toEqual([]);
  });

  it("replaces the oldest unused one", async () => {
    const serving = await Serving.begin();
    const ids = [];
    for (let i = 0; i < 4; i++) ids.push(await upload(serving, `${i}.corelens`));
    const browser = await serving.open({}, ids[0]);
    await browser.next("hello");
    await upload(serving, "4.corelens");
    const names = (await listed(serving)).map(({ name }) => name);
    expect(names).toEqual(["4.corelens", "3.corelens", "2.corelens", "0.corelens"]);
    for (const { id } of await listed(serving)) await serving.open({}, String(id));
    await until("all are looked at", async () => {
      const hubs = await Promise.all(
        (await listed(serving)).map(({ id }) => serving.recordings.open(String(id))),
      );
      return hubs.every(({ size }) => size > 0);
    });
    expect(await put(serving, "5.corelens", bytes)).toMatchObject({
      status: 503,
      body: { code: "RECORDINGS_BUSY" },
    });
  });

  it("that is interrupted is deleted", async () => {
    const serving = await Serving.begin();
    const before = uploadPlaces();
    const sending = request({
      port: serving.port,
      path: "/api/recordings/a",
      method: "PUT",
      headers: { "content-length": 1e9 },
    });
    sending.on("error", () => {});
    sending.write(bytes);
    const places = () => uploadPlaces().filter((each) => !before.includes(each));
    const files = () => places().flatMap((place) => readdirSync(join(tmpdir(), place)));
    await until("it is written", () => files().length > 0);
    sending.destroy();
    await until("nothing is left", () => files().length === 0);
    expect(await listed(serving)).toEqual([]);
    await upload(serving);
  });

  it("is refused from pages of other sites, and without the token", async () => {
    const serving = await Serving.begin();
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", origin: "null" },
    ]) {
      expect((await put(serving, "a", bytes, headers)).status).toBe(403);
    }
    expect((await put(serving, "a", bytes, { host: "evil.example" })).status).toBe(421);
    const guarded = await Serving.begin("secret");
    expect((await put(guarded, "a", bytes)).status).toBe(401);
    expect((await put(guarded, "a", bytes, { authorization: "Bearer secret" })).status).toBe(201);
    expect((await put(guarded, "a?token=secret", bytes)).status).toBe(201);
  });
});
