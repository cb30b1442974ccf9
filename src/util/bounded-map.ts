/** What stands for all names beyond those that are kept apart: peers and releases choose the names. */
export const OTHERS = "(others)";

/** Something for each name; at most so many names are kept apart, so that no peer can make it grow. */
export class BoundedMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #most: number;
  readonly #make: (name: string) => Value;
  readonly #known: ReadonlySet<string>;
  #unknown = 0;

  /**
   * @param most how many names are kept apart beside those that are known
   * @param make what a name begins with
   * @param known names that are kept apart in any case
   */
  constructor(most: number, make: (name: string) => Value, known: readonly string[] = []) {
    this.#most = most;
    this.#make = make;
    this.#known = new Set(known);
  }

  /** What there is for the name; for all names together when there are too many. */
  get(name: string): Value {
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    const isKnown = this.#known.has(name);
    if (!isKnown && name !== OTHERS && this.#unknown >= this.#most) return this.get(OTHERS);
    if (!isKnown) this.#unknown++;
    const made = this.#make(name);
    this.#values.set(name, made);
    return made;
  }

  map<Result>(each: (name: string, value: Value) => Result): Result[] {
    return [...this.#values].map(([name, value]) => each(name, value));
  }
}
