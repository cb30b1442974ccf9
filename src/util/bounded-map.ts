/** The entry for all names beyond the limit, as shown to users. */
export const OTHER = "(other)";

/** A name for labels and JSON. */
export function plainName(name: string): string {
  return name === OTHER ? "other" : name;
}

/** A value for each name. Peers and releases choose names, so all beyond a limit share one value. */
export class BoundedMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #limit: number;
  readonly #make: (name: string) => Value;
  readonly #known: ReadonlySet<string>;
  #unknown = 0;

  /**
   * @param limit the maximum number of separate names in addition to the known ones
   * @param make the initial value of a name
   * @param known names that are always separate
   */
  constructor(limit: number, make: (name: string) => Value, known: readonly string[] = []) {
    this.#limit = limit;
    this.#make = make;
    this.#known = new Set(known);
  }

  /** The value of the name, or the shared one. It is created at its first use. */
  get(name: string): Value {
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    const isKnown = this.#known.has(name);
    if (!isKnown && name !== OTHER && this.#unknown >= this.#limit) return this.get(OTHER);
    if (!isKnown) this.#unknown++;
    const made = this.#make(name);
    this.#values.set(name, made);
    return made;
  }

  each(take: (name: string, value: Value) => void): void {
    for (const [name, value] of this.#values) take(name, value);
  }

  map<Result>(each: (name: string, value: Value) => Result): Result[] {
    return [...this.#values].map(([name, value]) => each(name, value));
  }
}
