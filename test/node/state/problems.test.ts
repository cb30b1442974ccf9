import { expect, it } from "vitest";
import type { Problem } from "../../../src/errors.ts";
import type { NodeState } from "../../../src/node/state/node-state.ts";
import { StateProblems } from "../../../src/node/state/problems.ts";

const FORBIDDEN: Problem = { code: "RPC_FORBIDDEN", message: "no getpeerinfo", cure: "allow it" };
const UNAUTHORIZED: Problem = { code: "RPC_UNAUTHORIZED", message: "401", cure: "name it" };

const up = (refused: NodeState["refused"] = {}) =>
  ({ availability: { status: "up", since: 0, problem: null }, refused }) as NodeState;
const refusedBy = (problem: Problem) =>
  ({ availability: { status: "refused", since: 0, problem }, refused: {} }) as unknown as NodeState;

it("a problem is reported once until it changes, and again after it was resolved", () => {
  const problems = new StateProblems();
  expect(problems.next(up())).toEqual({ problems: [], isBack: false });
  const first = { problems: [{ ...UNAUTHORIZED, part: null }], isBack: false };
  expect(problems.next(refusedBy(UNAUTHORIZED))).toEqual(first);
  expect(problems.next(refusedBy(UNAUTHORIZED))).toEqual({ problems: [], isBack: false });
  const other = { ...UNAUTHORIZED, message: "403" };
  expect(problems.next(refusedBy(other)).problems).toMatchObject([{ message: "403" }]);
  expect(problems.next(up())).toEqual({ problems: [], isBack: true });
  expect(problems.next(up())).toEqual({ problems: [], isBack: false });
  expect(problems.next(refusedBy(UNAUTHORIZED))).toEqual(first);
});

it("a refused part of a node that answers is a problem of its own", () => {
  const problems = new StateProblems();
  expect(problems.next(up({ peers: FORBIDDEN }))).toEqual({
    problems: [{ ...FORBIDDEN, part: "peers" }],
    isBack: false,
  });
  expect(problems.next(up({ peers: FORBIDDEN, bans: FORBIDDEN })).problems).toEqual([
    { ...FORBIDDEN, part: "bans" },
  ]);
  expect(problems.next(up({}))).toEqual({ problems: [], isBack: false });
});
