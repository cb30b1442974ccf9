import { expect, it } from "vitest";
import { maskEvent } from "../../src/dashboard/masking.ts";
import { event, eventsOf } from "../model/events.ts";

it.each([
  ["203.0.113.7:8333", "ipv4 (hidden)"],
  ["192.168.1.2:8333", "unroutable (hidden)"],
  ["[2001:db8::1]:8333", "ipv6 (hidden)"],
  ["[fc12:3456::1]:8333", "cjdns (hidden)"],
  [`${"a".repeat(56)}.onion:8333`, "onion (hidden)"],
  [`${"a".repeat(52)}.b32.i2p:0`, "i2p (hidden)"],
  ["node.example.org:8333", "host name (hidden)"],
  ["", "host name (hidden)"],
])("%s is shown as %s", (address, masked) => {
  expect(maskEvent(event("net:inbound_message", 0, { address }))).toMatchObject({
    address: masked,
  });
});

it("masking hides every address of a simulated minute", () => {
  const addresses = new Set(
    eventsOf(60).flatMap(({ address }) => (address ? [String(address)] : [])),
  );
  const text = JSON.stringify(eventsOf(60).map(maskEvent));
  expect(addresses.size).toBeGreaterThan(10);
  for (const address of addresses) expect(text).not.toContain(address);
});
