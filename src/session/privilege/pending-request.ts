/**
 * A request to the other process. Its answers carry no request id: all callers before an answer share it.
 */
export class PendingRequest<Answer> {
  readonly #send: () => boolean;
  readonly #none: Answer;
  #waiting: ((answer: Answer) => void)[] = [];

  /**
   * @param send sends the request; false when the other process is gone
   * @param none the answer in that case
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
