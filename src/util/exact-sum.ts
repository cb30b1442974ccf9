/** A sum of integers without rounding. It uses a fast number while that is exact. */
export class ExactSum {
  #small = 0;
  #large = 0n;

  add(value: number | bigint): void {
    if (typeof value === "bigint") this.#large += value;
    else if (Number.isSafeInteger(this.#small + value)) this.#small += value;
    else this.#large += BigInt(Math.trunc(value));
  }

  get value(): bigint {
    return this.#large + BigInt(this.#small);
  }
}
