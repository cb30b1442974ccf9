import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/errors.ts";
import { appStateOf, type Received } from "../../ui/src/app-state.ts";

type Stream = NonNullable<Received["status"]>["stream"];

const ATTACHED: Stream = {
  state: "attached",
  pid: 1,
  binary: "/usr/bin/bitcoind",
  tracepoints: 24,
  since: 1000,
  error: null,
  changes: [],
  lastLoss: null,
};
const OBSTACLE: Problem = {
  code: "NO_PERMISSION",
  message: "tracing needs root",
  cure: "run sudo corelens",
};
const ERROR = { code: "NODE_NOT_FOUND", message: "no node is running" };

function received(stream: Partial<Stream> = {}, others: Partial<Received> = {}): Received {
  const status = { now: 9000, stream: { ...ATTACHED, ...stream }, obstacle: null };
  return { connection: "open", subject: "node", status, ...others };
}

describe("the dashboard", () => {
  it("is connecting until the first status", () => {
    expect(appStateOf({ connection: "connecting", subject: null, status: null })).toEqual({
      kind: "connecting",
    });
    expect(appStateOf({ connection: "open", subject: "node", status: null })).toEqual({
      kind: "connecting",
    });
  });

  it("is connecting, not stale, when the first connection fails", () => {
    expect(appStateOf({ connection: "lost", subject: null, status: null }).kind).toBe("connecting");
  });

  it("is a setup guide when something that tracing needs is missing", () => {
    const { status, ...others } = received({ state: "waiting", error: ERROR });
    const blocked = { ...others, status: { ...status!, obstacle: OBSTACLE } };
    expect(appStateOf(blocked)).toEqual({ kind: "setup" });
  });

  it("waits for a node when attaching has a problem, and connects otherwise", () => {
    expect(appStateOf(received({ state: "waiting", error: ERROR })).kind).toBe("waiting");
    expect(appStateOf(received({ state: "waiting" })).kind).toBe("connecting");
  });

  it("is live while attached, also to a simulation", () => {
    expect(appStateOf(received())).toEqual({ kind: "live" });
    expect(appStateOf(received({}, { subject: "simulation" }))).toEqual({ kind: "live" });
  });

  it("is stale as of the node's end", () => {
    expect(appStateOf(received({ state: "ended", since: 5000 }))).toEqual({
      kind: "stale",
      asOf: 5000,
      ended: "node",
    });
  });

  it("is stale as of the last status when the connection to corelens is lost", () => {
    const lost = { kind: "stale", asOf: 9000, ended: "corelens" };
    expect(appStateOf(received({}, { connection: "lost" }))).toEqual(lost);
    expect(appStateOf(received({}, { connection: "lost", subject: "recording" }))).toEqual(lost);
    expect(appStateOf(received({ state: "ended" }, { connection: "lost" }))).toEqual(lost);
  });

  it("shows a recording in any state of its stream", () => {
    for (const state of ["waiting", "attached", "ended"] as const) {
      expect(appStateOf(received({ state }, { subject: "recording" })).kind).toBe("recording");
    }
  });

  it("reports a missing recording first", () => {
    expect(appStateOf(received({}, { connection: "gone" }))).toEqual({ kind: "gone" });
    expect(appStateOf({ connection: "gone", subject: null, status: null }).kind).toBe("gone");
  });
});
