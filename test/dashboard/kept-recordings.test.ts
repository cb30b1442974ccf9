import { expect, it } from "vitest";
import { FlightRecorder } from "../../src/recording/flight-recorder.ts";
import { KeptRecordings } from "../../src/recording/kept-recordings.ts";
import { eventsOf, KINDS } from "../model/events.ts";
import { temporaryDirectory } from "../recording/recordings.ts";
import { Serving } from "./serving.ts";

const EVENTS = eventsOf(30);
const HOST = { host: "localhost" };
const SAVE = { method: "POST", url: "/api/recordings/last?minutes=5" } as const;

/** A server beside whose model the events are recorded. */
async function recording(isPrivate = false): Promise<{ serving: Serving; kept: KeptRecordings }> {
  const serving = await Serving.begin(null, { isPrivate });
  const kept = new KeptRecordings(temporaryDirectory());
  const recorder = await FlightRecorder.start({ directory: kept.flight, budget: 1e9 });
  recorder.see(EVENTS, KINDS);
  await recorder.close(null);
  serving.recordings.keep(kept);
  return { serving, kept };
}

it("a browser saves the last minutes, and is offered both recordings", async () => {
  const { serving, kept } = await recording();
  const reply = await serving.app.inject({ ...SAVE, headers: HOST });
  const [first, last] = [EVENTS[0]!.time, EVENTS.at(-1)!.time];
  expect([reply.statusCode, reply.json()]).toEqual([
    201,
    { name: expect.any(String), first, last },
  ]);
  const { name } = reply.json() as { name: string };
  expect(await kept.names()).toEqual(["flight", name]);
  const list = await serving.app.inject({ url: "/api/recordings", headers: HOST });
  expect(list.json().recordings).toMatchObject([
    { name: "flight", is_flight: true, first, last, damage: null },
    { name, is_flight: false, first, last, damage: null },
  ]);
});

it("neither a page of another site nor a viewer of a private dashboard saves", async () => {
  const open = await recording();
  const headers = { ...HOST, origin: "http://elsewhere.example" };
  expect((await open.serving.app.inject({ ...SAVE, headers })).statusCode).toBe(403);
  const hidden = await recording(true);
  const reply = await hidden.serving.app.inject({ ...SAVE, headers: HOST });
  expect([reply.statusCode, reply.json().code]).toEqual([403, "UPLOAD_REFUSED"]);
  for (const { kept } of [open, hidden]) expect(await kept.names()).toEqual(["flight"]);
});

it("nothing is saved where nothing is recorded, or for too long a time", async () => {
  const serving = await Serving.begin();
  const reply = await serving.app.inject({ ...SAVE, headers: HOST });
  expect([reply.statusCode, reply.json().code]).toEqual([404, "FILE_UNREADABLE"]);
  const url = "/api/recordings/last?minutes=100000";
  expect((await serving.app.inject({ method: "POST", url, headers: HOST })).statusCode).toBe(400);
});

it("browsers save a limited number of recordings", async () => {
  const { serving, kept } = await recording();
  for (let i = 0; i < 20; i++) await kept.saveLast(1000, `saved-${i}`);
  const reply = await serving.app.inject({ ...SAVE, headers: HOST });
  expect([reply.statusCode, reply.json().code]).toEqual([503, "RECORDINGS_BUSY"]);
});
