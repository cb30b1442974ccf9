import { expect, it } from "vitest";
import { SettingsStore } from "../../src/dashboard/settings-store.ts";
import { MAX_PEERS_FOLLOWED, type TraceSettings } from "../../src/event/trace-settings.ts";

function newStore(): { store: SettingsStore; asked: TraceSettings[] } {
  const asked: TraceSettings[] = [];
  return { store: new SettingsStore((settings) => asked.push(settings)), asked };
}

it("settings that several browsers changed between two ticks are requested once", () => {
  const { store: both, asked } = newStore();
  both.switch("utxocache:add", false);
  both.switch("utxocache:spent", false);
  both.switch("utxocache:add", true);
  both.switch("mempool:added", false);
  expect(asked).toEqual([]);
  both.apply([5]);
  both.apply([5]);
  expect(asked).toEqual([{ off: ["mempool:added", "utxocache:spent"], peers: [5] }]);
});

it("unchanged settings are not requested", () => {
  const { store: idle, asked } = newStore();
  idle.apply([]);
  idle.switch("utxocache:add", false);
  idle.switch("utxocache:add", true);
  idle.apply([]);
  expect(asked).toEqual([]);
});

it("the last of two contradicting settings is used", () => {
  const { store: both, asked } = newStore();
  both.switch("utxocache:add", false);
  both.apply([]);
  both.switch("utxocache:add", false);
  both.switch("utxocache:add", true);
  both.apply([]);
  expect(asked.at(-1)).toEqual({ off: [], peers: [] });
});

it("the followed peers are those of open conversations, each once, up to a limit", () => {
  const { store: many, asked } = newStore();
  many.apply([9, 3, 9]);
  many.apply(Array.from({ length: 50 }, (_, id) => id));
  many.apply([]);
  expect(asked.map(({ peers }) => peers)).toEqual([
    [3, 9],
    Array.from({ length: MAX_PEERS_FOLLOWED }, (_, id) => id),
    [],
  ]);
});
