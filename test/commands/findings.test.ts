import { expect, it } from "vitest";
import { findingLines } from "../../src/commands/check/findings.ts";
import { checkContract } from "../../src/contract/check.ts";
import { edited, node, V30_WITHOUT_WALLET, V31, without } from "../contract/nodes.ts";
import { plain } from "./binaries.ts";

const gated = { semaphores: true };
const lines = (text: string) => {
  const findings = checkContract(node(text, gated));
  return findingLines(
    { path: "bitcoind", description: "Bitcoin Core v29 or later", findings },
    plain(80),
  );
};

it("a check without findings reports no drift", () => {
  expect(lines(V31)).toEqual(["bitcoind: Bitcoin Core v29 or later", "  no drift"]);
  expect(lines(V30_WITHOUT_WALLET).at(-1)).toBe("  no drift, 4 notes");
});

it("a check shows every difference within the width of the terminal", () => {
  const changed = edited(without(V31, /mempool:rejected/), {
    "mempool:added": "8@%rbx 8@%rax -8@%rdx",
  });
  expect(lines(changed)).toEqual([
    "bitcoind: Bitcoin Core v29 or later",
    "  drift  mempool:rejected is missing",
    "  drift  mempool:added argument 2 at 0x8000 has another width: expected vsize:",
    "         int32 (-4@), found 8@%rax",
    "  drift in 2 places",
  ]);
});
