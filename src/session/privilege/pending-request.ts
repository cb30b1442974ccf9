/**
 * A question to the other process, which answers without saying whom: who asks before the answer came gets the same.
 */
export class PendingRequest<Answer> {
  readonly #send: () => boolean;
  readonly #none: Answer;
  #waiting: ((answer: Answer) => void)[] = [];

  /**
   * @param send asks; false when nobody is there to answer
   * @param none the answer then
   */
  constructor(send: () => boolean, none: Answer) {
    this.#send = send;
    this.#none = none;
  }

  ask(): Promise<Answer> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1 && !this.#send()) this.answer(this.#none);
    });
  }

  answer(answer: Answer): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(answer);
  }
}
