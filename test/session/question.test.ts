import { describe, expect, it } from "vitest";
import { PendingRequest } from "../../src/session/privilege/pending-request.ts";

describe("a request to the other process", () => {
  it("is sent once, and its reply goes to all callers in the meantime", async () => {
    let asked = 0;
    const question = new PendingRequest<number>(() => ++asked > 0, -1);
    const [first, second] = [question.ask(), question.ask()];
    question.answer(7);
    expect(await Promise.all([first, second])).toEqual([7, 7]);
    expect(asked).toBe(1);
  });

  it("is sent again after its reply", async () => {
    let asked = 0;
    const question = new PendingRequest<number>(() => ++asked > 0, -1);
    const first = question.ask();
    question.answer(1);
    const second = question.ask();
    question.answer(2);
    expect(await Promise.all([first, second])).toEqual([1, 2]);
    expect(asked).toBe(2);
  });

  it("has a default reply without another process", async () => {
    const question = new PendingRequest<number | null>(() => false, null);
    expect(await question.ask()).toBeNull();
    expect(await question.ask()).toBeNull();
  });
});
