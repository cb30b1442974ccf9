import { describe, expect, it } from "vitest";
import { PendingRequest } from "../../src/session/privilege/pending-request.ts";

describe("a question to the other process", () => {
  it("is answered to everybody who asked meanwhile, and asked once", async () => {
    let asked = 0;
    const question = new PendingRequest<number>(() => ++asked > 0, -1);
    const [first, second] = [question.ask(), question.ask()];
    question.answer(7);
    expect(await Promise.all([first, second])).toEqual([7, 7]);
    expect(asked).toBe(1);
  });

  it("is asked anew once it was answered", async () => {
    let asked = 0;
    const question = new PendingRequest<number>(() => ++asked > 0, -1);
    const first = question.ask();
    question.answer(1);
    const second = question.ask();
    question.answer(2);
    expect(await Promise.all([first, second])).toEqual([1, 2]);
    expect(asked).toBe(2);
  });

  it("has an answer where nobody is there to give one", async () => {
    const question = new PendingRequest<number | null>(() => false, null);
    expect(await question.ask()).toBeNull();
    expect(await question.ask()).toBeNull();
  });
});
