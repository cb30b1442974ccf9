import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLayoutOf, RELEASES, TRACEPOINTS } from "../../src/contract/contract.ts";
import type { Field } from "../../src/contract/types.ts";
import { behaviourOf, layoutsOf, type SimulatedRelease } from "../../src/simulate/layouts.ts";
import type { SimulatedEvent } from "../../src/simulate/world.ts";
import { firstMinutes } from "./events.ts";

/** Events of each tracepoint that are looked at closely. */
const EXAMINED = 50;

const EVERY_RELEASE: readonly SimulatedRelease[] = [...RELEASES, "draft"];

describe("a simulation", () => {
  it("has equal bytes for equal seeds, and different ones for different seeds", () => {
    const digest = (seed: number): string => {
      const hash = createHash("sha256");
      for (const event of firstMinutes(3, { seed })) {
        hash.update(
          JSON.stringify(event, (_, value) =>
            value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
          ),
        );
      }
      return hash.digest("hex");
    };
    expect(digest(7)).toBe(digest(7));
    expect(digest(7)).not.toBe(digest(8));
  });

  it("has events in order of time, for any seed", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        let last = 0;
        for (const { at } of firstMinutes(0.5, { seed })) {
          expect(at).toBeGreaterThanOrEqual(last);
          last = at;
        }
      }),
      { numRuns: 20 },
    );
  });

  it("has 20 to 100 events per second, and mostly more than one in each second", () => {
    const minutes = 10;
    const seconds = new Map<number, number>();
    for (const { at } of firstMinutes(minutes, { seed: 3 })) {
      const second = Math.floor(at / 1000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    const total = [...seconds.values()].reduce((sum, count) => sum + count, 0);
    expect(total / (minutes * 60)).toBeGreaterThan(20);
    expect(total / (minutes * 60)).toBeLessThan(100);
    expect(seconds.size).toBeGreaterThan(minutes * 60 * 0.95);
  });

  it("counts its timestamps from the given start time", () => {
    const startTime = 1_900_000_000;
    for (const { at, args } of firstMinutes(3, { seed: 1, startTime })) {
      for (const name of ["entry_time", "time_established"]) {
        if (args[name] === undefined) continue;
        expect(args[name]).toBeGreaterThanOrEqual(startTime);
        expect(args[name]).toBeLessThanOrEqual(startTime + at / 1000);
      }
    }
  });
});

describe.each(EVERY_RELEASE.map((release) => ({ release })))("release $release", ({ release }) => {
  it("fires each of its tracepoints within 15 minutes, with fields of the right order and types", () => {
    const layouts = layoutsOf(release);
    const seen = new Map<string, number>();
    for (const event of firstMinutes(15, { seed: 1, release })) {
      const times = (seen.get(event.tracepoint) ?? 0) + 1;
      seen.set(event.tracepoint, times);
      if (times <= EXAMINED) expectLayout(event, layouts.get(event.tracepoint)!);
    }
    const played = behaviourOf(release);
    const expected = [...TRACEPOINTS]
      .filter(([, { layouts }]) => layouts.some((layout) => isLayoutOf(layout, played)))
      .map(([name]) => name);
    expect([...seen.keys()].sort()).toEqual(expected.sort());
  });
});

function expectLayout({ tracepoint, args }: SimulatedEvent, fields: readonly Field[]): void {
  expect(Object.keys(args), tracepoint).toEqual(fields.map(({ name }) => name));
  for (const field of fields) {
    expect(isOfType(args[field.name], field), `${tracepoint} ${field.name}`).toBe(true);
  }
}

function isOfType(value: unknown, { type, values }: Field): boolean {
  if (values !== undefined) return Object.values(values).includes(String(value));
  if (type === "bool") return typeof value === "boolean";
  if (type === "string") return typeof value === "string";
  if (type === "hash") return /^[0-9a-f]{64}$/.test(String(value));
  if (type === "bytes") return value instanceof Uint8Array;
  return Number.isSafeInteger(value) && (!type.startsWith("u") || Number(value) >= 0);
}

describe("a simulated release", () => {
  const collect = (release: SimulatedRelease, pick: (event: SimulatedEvent) => unknown) =>
    new Set(
      [...firstMinutes(15, { seed: 2, release })].map(pick).filter((value) => value !== undefined),
    );

  it("has other texts of script failures since v30", () => {
    const reasons = (release: number) =>
      [
        ...collect(release, ({ tracepoint, args }) =>
          tracepoint === "mempool:rejected" ? args.reason : undefined,
        ),
      ].join();
    expect(reasons(29)).toContain("non-mandatory-script-verify-flag (");
    expect(reasons(30)).toContain("mempool-script-verify-flag-failed (");
    expect(reasons(30)).not.toContain("mandatory-script-verify-flag (");
  });

  it("has private broadcasts only since v31", () => {
    const types = (release: number) => collect(release, ({ args }) => args.connection_type);
    expect(types(30)).not.toContain("private-broadcast");
    expect(types(31)).toContain("private-broadcast");
  });

  it("measures the connection of blocks in microseconds before v25", () => {
    expect([...collect(24, ({ args }) => args.duration_ns)]).toEqual([]);
    expect(
      Math.max(...([...collect(25, ({ args }) => args.duration_ns)] as number[])),
    ).toBeGreaterThan(1e5);
  });

  it("reports a failed payment's change position as 0 before v27 and as -1 since", () => {
    const positions = (release: number) => [
      ...collect(release, ({ tracepoint, args }) =>
        tracepoint === "coin_selection:normal_create_tx_internal" && args.success === false
          ? args.change_position
          : undefined,
      ),
    ];
    expect(positions(26)).toEqual([0]);
    expect(positions(27)).toEqual([-1]);
  });
});
