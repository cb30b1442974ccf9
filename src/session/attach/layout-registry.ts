import { CorelensError } from "../../errors.ts";
import type { RecordLayout } from "../../tracer/record-layout.ts";

/** Every kind of record that a session has, by its number. They stay: records of former programs may still be read. */
export class LayoutRegistry {
  readonly #capacity: number;
  readonly #onLayouts: (layouts: readonly RecordLayout[]) => void;
  readonly #layouts: RecordLayout[] = [];
  #told = 0;

  /**
   * @param capacity how many there is room for
   * @param onLayouts is told of new kinds of records before the first of them appears
   */
  constructor(capacity: number, onLayouts: (layouts: readonly RecordLayout[]) => void) {
    this.#capacity = capacity;
    this.#onLayouts = onLayouts;
  }

  /**
   * The same layout that is there already, or a new one.
   * @param make lays out by the number that it is given
   * @throws CorelensError USAGE when there is no room for another
   */
  enter(make: (id: number) => RecordLayout): RecordLayout {
    const layout = make(this.#layouts.length);
    const text = JSON.stringify({ ...layout, id: 0 });
    const known = this.#layouts.find((other) => JSON.stringify({ ...other, id: 0 }) === text);
    if (known) return known;
    if (layout.id >= this.#capacity) {
      throw new CorelensError(
        "USAGE",
        `a session can trace ${this.#capacity} kinds of events`,
        "name fewer",
      );
    }
    this.#layouts.push(layout);
    return layout;
  }

  /** Tells those that are new. */
  tell(): void {
    const added = this.#layouts.slice(this.#told);
    this.#told = this.#layouts.length;
    if (added.length > 0) this.#onLayouts(added);
  }
}
