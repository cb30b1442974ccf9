import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diff, plain, withoutRows } from "../../src/dashboard/diff.ts";
import {
  type Json,
  type ListPatch,
  PatchError,
  patched,
} from "../../src/dashboard/protocol/patch.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { SECTIONS } from "../../src/model/sections.ts";
import { eventsOf, KINDS } from "../model/events.ts";

/** As it arrives in a browser. */
const sent = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

function after(before: Json, next: Json): Json {
  const patch = diff(before, next);
  return patch === null ? before : patched(before, sent(patch));
}

const ID = fc.integer({ min: 0, max: 9 });
const VALUE = fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.string(), fc.constant(null));
/** Rows as views have them, among them several with the same key. */
const ROW = fc.record(
  {
    id: ID,
    name: fc.constantFrom("a", "b", "__proto__"),
    bytes: fc.nat(),
    rate: VALUE,
    in: fc.record({ messages: fc.nat(), last: VALUE }),
    types: fc.array(fc.tuple(fc.constantFrom("inv", "tx", "ping"), fc.nat()), { maxLength: 4 }),
    note: fc.dictionary(fc.constantFrom("a", "__proto__", "constructor"), VALUE),
  },
  { requiredKeys: ["id"] },
);
const DOCUMENT = fc.record({
  now: fc.nat(),
  rows: fc.array(ROW, { maxLength: 30 }),
  durations: fc.array(fc.nat({ max: 3 }), { maxLength: 20 }),
  any: fc.jsonValue(),
});
const document = (value: unknown): Json => sent(plain(value));

describe("a patch", () => {
  it("makes any document of any other", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [before, next] = [document(a), document(b)];
        expect(after(before, next)).toEqual(next);
      }),
    );
  });

  it("makes any rows of any others, and changes nothing in the former document", () => {
    fc.assert(
      fc.property(DOCUMENT, DOCUMENT, (a, b) => {
        const [before, next] = [document(a), document(b)];
        expect(after(before, next)).toEqual(next);
        expect(before).toEqual(document(a));
      }),
      { numRuns: 300 },
    );
  });

  it("makes each view of the model of the one before", () => {
    const events = eventsOf(60);
    const model = new NodeModel(events[0]!.time);
    model.learn(KINDS);
    const shown = new Map<string, Json>();
    for (const [i, event] of events.entries()) {
      model.see(event);
      if (i % 400 !== 0) continue;
      for (const section of SECTIONS) {
        const next = plain({ status: model.status(), view: model.view(section) });
        const before = shown.get(section);
        const reached = before === undefined ? sent(next) : after(before, next);
        expect(reached).toEqual(sent(next));
        shown.set(section, reached);
      }
    }
  });

  it("does not exist for equal documents", () => {
    fc.assert(
      fc.property(DOCUMENT, (a) => {
        expect(diff(document(a), document(a))).toBeNull();
      }),
    );
  });

  it("names a column once for all rows, and counters as differences", () => {
    const rows = (bytes: number) => Array.from({ length: 3 }, (_, id) => ({ id, in: { bytes } }));
    expect(diff(rows(1_000_000), rows(1_000_061))).toEqual({
      cells: [{ at: [], set: [{ cells: [{ at: ["in", "bytes"], add: [61, 61, 61] }] }] }],
    });
  });

  it("keeps rows that move", () => {
    const rows = (...ids: number[]) => ids.map((id) => ({ id }));
    const inner = diff(rows(3, 2, 1), rows(5, 3, 2));
    expect(inner).toEqual({
      cells: [
        {
          at: [],
          set: [
            {
              rows: [
                [{ id: 5 }, 1],
                [0, 2],
              ],
            },
          ],
        },
      ],
    });
  });

  it("has new rows as copies of the first and what differs", () => {
    const rows = (...ids: number[]) => ids.map((id) => ({ id, in: { bytes: 5 }, state: "open" }));
    const [list, next] = [rows(7), [...rows(7), ...rows(8, 9, 10)]];
    expect(diff({ list }, { list: next })).toEqual({
      cells: [
        {
          at: ["list"],
          set: [
            {
              rows: [
                [0, 1],
                [rows(8)[0], 3],
              ],
              cells: [{ at: ["id"], rows: [2, 1], add: [1, 2] }],
            },
          ],
        },
      ],
    });
  });

  it("fills the lists of a document without rows", () => {
    fc.assert(
      fc.property(DOCUMENT, (a) => {
        const whole = document(a);
        expect(after(sent(withoutRows(whole)), whole)).toEqual(whole);
      }),
    );
  });
});

describe("a patch for another document", () => {
  const HOSTILE: ListPatch[] = [
    { rows: [[0, 2]] },
    { rows: [[-1, 1]] },
    { rows: [[0.5, 1]] },
    { rows: [[{ a: 1 }, 1e9]] },
    { cells: [{ at: ["a", "b"], set: [1] }] },
    { cells: [{ at: ["none", "b"], set: [1] }] },
    { cells: [{ at: ["none"], add: [1] }] },
    { cells: [{ at: ["text"], add: [1] }] },
    { cells: [{ at: ["list", 5], set: [1] }] },
    { cells: [{ at: ["list", "length"], set: [1] }] },
    { cells: [{ at: ["__proto__", "polluted"], set: [1] }] },
    { cells: [{ at: ["constructor", "polluted"], set: [1] }] },
    { cells: [{ at: ["none"], set: [[]] }] },
    { cells: [{ at: ["a"], set: [{ rows: [] }] }] },
    { cells: [{ at: ["a"], rows: [1], set: [1] }] },
    { cells: [{ at: ["a"], rows: [0, 0, 0], set: [1] }] },
  ];

  it("is refused", () => {
    const DOCUMENT = { a: 1, text: "x", list: [1, 2] };
    for (const patch of HOSTILE) {
      expect(() => patched(DOCUMENT, patch), JSON.stringify(patch)).toThrow(PatchError);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("ends in a document or is refused, whatever it is", () => {
    fc.assert(
      fc.property(DOCUMENT, DOCUMENT, DOCUMENT, (a, b, c) => {
        const patch = diff(document(a), document(b));
        if (patch === null) return;
        try {
          patched(document(c), sent(patch));
        } catch (error) {
          expect(error).toBeInstanceOf(PatchError);
        }
      }),
    );
  });
});
