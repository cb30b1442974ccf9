import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeMessage } from "../../src/bitcoin/decode/message.ts";
import { MESSAGE_TYPES } from "../../src/bitcoin/message-types.ts";
import { messageExcerpt } from "../../src/dashboard/message-excerpt.ts";
import { messageSummary } from "../../src/dashboard/message-summary.ts";

const said = (type: string, hex: string): string =>
  messageSummary(decodeMessage(type, Buffer.from(hex, "hex")));

const HASH = "169e1e83e930853391bc6f35f605c6754cfead57cf8387639d3b4096c54f18f4";
const entry = (kind: string): string => `${kind}000000${HASH}`;

it("the summary of a message has its main facts in a few words", () => {
  expect(said("inv", `03${entry("05")}${entry("05")}${entry("02")}`)).toBe("2 wtx, 1 block");
  expect(said("inv", `01${entry("2a")}`)).toBe("1 of kind 42");
  expect(said("feefilter", "e803000000000000")).toBe("1 sat/vB");
  expect(said("sendcmpct", "010200000000000000")).toBe("version 2, high bandwidth");
  expect(said("ping", "0807060504030201")).toBe("0102030405060708");
  expect(said("verack", "")).toBe("");
  expect(said("headers", "00")).toBe("0 headers");
  expect(said("addrv2", "00")).toBe("empty");
  expect(said("nonsense", "00")).toBe("unknown type");
});

it("the summary of an invalid message states that it is invalid", () => {
  expect(said("inv", `02${entry("05")}`)).toBe("1 wtx, short message");
  expect(said("addrv2", "")).toBe("empty, short message");
});

it("any bytes of any type have a summary and an excerpt", () => {
  const types = fc.oneof(fc.constantFrom(...MESSAGE_TYPES), fc.string());
  fc.assert(
    fc.property(types, fc.uint8Array({ maxLength: 400 }), (type, payload) => {
      const message = decodeMessage(type, payload);
      expect(messageSummary(message)).not.toMatch(/undefined|NaN/);
      expect(JSON.stringify(messageExcerpt(message)).length).toBeLessThan(60_000);
    }),
  );
});

it("the excerpt of a long message is its beginning", () => {
  const items = Buffer.from(`fd0002${entry("05").repeat(512)}`, "hex");
  const excerpt = messageExcerpt(decodeMessage("inv", items)) as { items: unknown[] };
  expect(excerpt.items).toHaveLength(13);
  expect(excerpt.items.at(-1)).toBe("… 500 more");
});
