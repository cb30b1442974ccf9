import { expect, it } from "vitest";
import { numberIn } from "../../src/event/fields.ts";
import { fieldText, outpointText } from "../../src/text/event-fields.ts";
import { event } from "../commands/lines.ts";

it.each([
  ["sizelimit"],
  ["getcfcheckpt"],
  ["mempool-script-verify-flag-failed (".padEnd(114, "x")],
  [`${"a".repeat(62)}:65535`],
  [`${"h".repeat(94)}:8333`],
])("shows text of any length whole: %s", (reason) => {
  expect(fieldText(event("mempool:rejected", { reason }), "reason")).toBe(reason);
});

it("a field shows whether it is unknown or truncated, and has numbers of all sizes", () => {
  const coin = event("utxocache:add", { txid: null, vout: 3, value: 2n ** 60n, height: null });
  expect(outpointText(coin)).toBe("?:3");
  expect(numberIn(coin, "value")).toBe(2 ** 60);
  expect([numberIn(coin, "height"), numberIn(coin, "fee")]).toEqual([null, null]);
  const cut = event("mempool:rejected", { reason: "bad\x07", truncated: ["reason"] });
  expect(fieldText(cut, "reason")).toBe("bad\\x07…");
});
