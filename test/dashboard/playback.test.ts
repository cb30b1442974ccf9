import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Playback } from "../../src/dashboard/playback.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { until } from "../helpers/stream.ts";
import { eventsOf } from "../model/events.ts";
import { writeRecording } from "./recording.ts";

const EVENTS = eventsOf(30);

/** A playing recording, with all events since its beginning. */
async function playing(): Promise<{ playback: Playback; told: StreamEvent[]; restarts: number[] }> {
  const directory = mkdtempSync(join(tmpdir(), "corelens-playback-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "a.corelens");
  await writeRecording(path, EVENTS);
  const told: StreamEvent[] = [];
  const restarts: number[] = [];
  const playback = await Playback.open(path, {
    onRestart: (begin) => {
      restarts.push(begin);
      told.length = 0;
    },
    onEvents: (events) => told.push(...events),
  });
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
