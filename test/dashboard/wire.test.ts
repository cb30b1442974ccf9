import { expect, it } from "vitest";
import { fromWire, toWire } from "../../src/dashboard/protocol/wire.ts";
import { SCALES, type Scale } from "../../src/model/history.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { SECTIONS } from "../../src/model/sections.ts";
import { eventsOf, KINDS } from "../model/events.ts";

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...keysOf(member)]);
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it("the wire has snake_case names for the camelCase names of TypeScript", () => {
  const hello = { isPrivate: true, subject: { kind: "node", note: null } };
  expect(toWire(hello)).toEqual({ is_private: true, subject: { kind: "node", note: null } });
  expect(fromWire(toWire(hello))).toEqual(hello);
});

it("names that are data are not converted", () => {
  const excerpt = { columns: { "messages.in.count.FooBar_x": [1] }, isWhole: true };
  expect(toWire(excerpt)).toEqual({ columns: excerpt.columns, is_whole: true });
  expect(fromWire(toWire(excerpt))).toEqual(excerpt);
});

it("views of the model pass unchanged, and the API writes them with the names of the wire", () => {
  const events = eventsOf(120);
  const model = new NodeModel(events[0]!.time);
  model.learn(KINDS);
  for (const event of events) model.see(event);
  const views = [
    model.status(),
    ...SECTIONS.map((section) => model.view(section)),
    ...SECTIONS.flatMap((section) =>
      (Object.keys(SCALES) as Scale[]).map((scale) => model.excerpt(section, scale, 0)),
    ),
  ].map(plain);
  for (const view of views) {
    expect(fromWire(toWire({ document: view }))).toEqual({ document: view });
    const names = keysOf(toWire(view)).filter((name) => /^[a-z]+[A-Z]\w*$/.test(name));
    expect(names).toEqual([]);
  }
});
