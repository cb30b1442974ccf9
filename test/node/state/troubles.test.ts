import { expect, it } from "vitest";
import type { Problem } from "../../../src/errors.ts";
import type { NodeState } from "../../../src/node/state/node-state.ts";
import { StateTroubles } from "../../../src/node/state/troubles.ts";

const FORBIDDEN: Problem = { code: "RPC_FORBIDDEN", message: "no getpeerinfo", cure: "allow it" };
const UNAUTHORIZED: Problem = { code: "RPC_UNAUTHORIZED", message: "401", cure: "name it" };

const up = (refused: NodeState["refused"] = {}) =>
  ({ availability: { status: "up", since: 0, problem: null }, refused }) as NodeState;
const refusedBy = (problem: Problem) =>
  ({ availability: { status: "refused", since: 0, problem }, refused: {} }) as unknown as NodeState;

it("a problem is reported once until it changes, and again after it was resolved", () => {
  const troubles = new StateTroubles();
  expect(troubles.next(up())).toEqual({ troubles: [], isBack: false });
  const first = { troubles: [{ ...UNAUTHORIZED, part: null }], isBack: false };
  expect(troubles.next(refusedBy(UNAUTHORIZED))).toEqual(first);
  expect(troubles.next(refusedBy(UNAUTHORIZED))).toEqual({ troubles: [], isBack: false });
  const other = { ...UNAUTHORIZED, message: "403" };
  expect(troubles.next(refusedBy(other)).troubles).toMatchObject([{ message: "403" }]);
  expect(troubles.next(up())).toEqual({ troubles: [], isBack: true });
  expect(troubles.next(up())).toEqual({ troubles: [], isBack: false });
  expect(troubles.next(refusedBy(UNAUTHORIZED))).toEqual(first);
});

it("a refused part of a node that answers is a problem of its own", () => {
  const troubles = new StateTroubles();
  expect(troubles.next(up({ peers: FORBIDDEN }))).toEqual({
    troubles: [{ ...FORBIDDEN, part: "peers" }],
    isBack: false,
  });
  expect(troubles.next(up({ peers: FORBIDDEN, bans: FORBIDDEN })).troubles).toEqual([
    { ...FORBIDDEN, part: "bans" },
  ]);
  expect(troubles.next(up({}))).toEqual({ troubles: [], isBack: false });
});
