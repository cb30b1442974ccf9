import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Playback, type PlaybackListener } from "../../src/dashboard/playback.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { filesOf } from "../../src/recording/location.ts";
import { until } from "../helpers/stream.ts";
import { eventsOf, KINDS } from "../model/events.ts";
import { read, record, recorderAt, temporaryDirectory } from "../recording/recordings.ts";
import { writeRecording } from "./recording.ts";

const EVENTS = eventsOf(30);

interface Playing {
  readonly playback: Playback;
  /** All events since the last restart. */
  readonly told: StreamEvent[];
  readonly restarts: number[];
}

async function playing(): Promise<Playing> {
  const path = join(temporaryDirectory(), "a.corelens");
  await writeRecording(path, EVENTS);
  return play(path);
}

async function play(path: string, before?: number): Promise<Playing> {
  const told: StreamEvent[] = [];
  const restarts: number[] = [];
  const listener: PlaybackListener = {
    onRestart: (begin) => {
      restarts.push(begin);
      told.length = 0;
    },
    onEvents: (events) => told.push(...events),
  };
  const playback = await Playback.open(path, listener, path, before);
  const stopped = new AbortController();
  const ended = playback.play(stopped.signal);
  onTestFinished(() => {
    stopped.abort();
    return ended;
  });
  return { playback, told, restarts };
}

const upTo = (time: number): number => EVENTS.filter((event) => event.time <= time).length;

it("playback moves to any time, forward or back, and shows the state at that time", async () => {
  const { playback, told, restarts } = await playing();
  const { first, last } = playback.state;
  expect([first, last]).toEqual([EVENTS[0]!.time, EVENTS.at(-1)!.time]);
  playback.change({ isPlaying: false });
  for (const time of [first + 20_000, first + 3_000, last, first + 10_000]) {
    playback.change({ position: time });
    await until("it is there", () => told.length === upTo(time) && playback.readUntil >= time);
    expect(playback.state.position).toBe(time);
  }
  expect(restarts.length).toBe(3);
});

it("playback runs at the chosen speed and stops while paused", async () => {
  const { playback, told } = await playing();
  playback.change({ speed: 100 });
  await until("it has come some way", () => told.length > 50);
  playback.change({ isPlaying: false });
  const { position } = playback.state;
  await until("all until then was told", () => told.length === upTo(position));
  expect(playback.state).toMatchObject({ position, isPlaying: false, damage: null });
});

it("playback stays within the recording", async () => {
  const { playback } = await playing();
  const { first, last } = playback.state;
  playback.change({ isPlaying: false, position: -1e300 });
  expect(playback.state.position).toBe(first);
  playback.change({ position: 1e300 });
  expect(playback.state.position).toBe(last);
});

/** A recording of some blocks in some files. */
async function ofManyBlocks(events = EVENTS): Promise<string> {
  const path = `${temporaryDirectory()}/`;
  await record(path, KINDS, events, { batch: 20, rotation: { bytes: 8000, ms: null } });
  return path;
}

it("a jump shows the events before its time, without those of hours before", async () => {
  const { playback, told } = await play(await ofManyBlocks(), 2000);
  const { first, last } = playback.state;
  playback.change({ isPlaying: false });
  for (const time of [last - 1000, first + 15_000, last]) {
    playback.change({ position: time });
    await until("it is there", () => playback.readUntil === time);
    const { knownFrom } = playback.state;
    expect(knownFrom).toBeGreaterThan(first);
    const expected = EVENTS.filter((event) => event.time >= knownFrom! && event.time <= time);
    expect(told.length).toBeGreaterThan(20);
    expect(told).toEqual(expected);
  }
  playback.change({ position: first });
  await until("it is at the beginning", () => playback.readUntil === first);
  expect(playback.state.knownFrom).toBeNull();
});

it("a recording that grows is played on, also at its end", async () => {
  const path = `${temporaryDirectory()}/`;
  const recorder = await recorderAt(path, { rotation: { bytes: 8000, ms: null } });
  const half = Math.floor(EVENTS.length / 2);
  await recorder.write(EVENTS.slice(0, half), KINDS);
  recorder.flush();
  await until("it is written", () => recorder.unwritten.size === 0);
  const { playback, told } = await play(path);
  playback.change({ position: 1e300, isPlaying: false });
  await until("it is at the end", () => told.length === half);
  await recorder.write(EVENTS.slice(half), KINDS);
  await recorder.close(null);
  await until("it has grown", () => playback.state.last === EVENTS.at(-1)!.time);
  playback.change({ position: 1e300 });
  await until("it is at the new end", () => told.length === EVENTS.length);
  expect(told).toEqual(EVENTS);
  expect(playback.state.damage).toBeNull();
});

it("files that are deleted while they are played are passed over", async () => {
  const path = await ofManyBlocks();
  const { playback, told } = await play(path);
  playback.change({ isPlaying: false });
  const files = await filesOf(path);
  const kept = files.slice(-2);
  for (const file of files.slice(0, -2)) rmSync(file);
  playback.change({ position: 1e300 });
  const { events } = await read(path);
  await until("it is at the end", () => told.length === events.length);
  expect(told).toEqual(events);
  expect(kept.length).toBe(2);
  await until("the beginning is known", () => playback.state.first === events[0]!.time);
  expect(playback.state.damage).toBeNull();
});

it("events of a clock that jumped forwards and back do not stop playback", async () => {
  const ahead = EVENTS.map((event, i) =>
    i >= 100 && i < 140 ? { ...event, time: event.time + 1e10 } : event,
  );
  const { playback, told } = await play(await ofManyBlocks(ahead), 2000);
  playback.change({ isPlaying: false, position: ahead.at(-1)!.time });
  await until("it is at the end", () => told.at(-1)?.time === ahead.at(-1)!.time);
  playback.change({ position: ahead[50]!.time });
  await until("it is before the jump", () => told.at(-1)?.time === ahead[50]!.time);
  playback.change({ position: ahead[300]!.time });
  await until("it is after the jump", () => told.at(-1)?.time === ahead[300]!.time);
});
