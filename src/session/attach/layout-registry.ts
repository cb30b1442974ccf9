import { CorelensError } from "../../errors.ts";
import type { RecordLayout } from "../../tracer/record-layout.ts";

/** All record layouts of a session by id. None is removed: the ring buffer may still hold records of former programs. */
export class LayoutRegistry {
  readonly #capacity: number;
  readonly #onLayouts: (layouts: readonly RecordLayout[]) => void;
  readonly #layouts: RecordLayout[] = [];
  #announced = 0;

  /**
   * @param capacity the maximum number of layouts
   * @param onLayouts receives new layouts before the first record of each
   */
  constructor(capacity: number, onLayouts: (layouts: readonly RecordLayout[]) => void) {
    this.#capacity = capacity;
    this.#onLayouts = onLayouts;
  }

  /**
   * The existing equal layout, or a new one.
   * @param make builds the layout with an id
   * @throws CorelensError USAGE if the registry is full
   */
  enter(make: (id: number) => RecordLayout): RecordLayout {
    const layout = make(this.#layouts.length);
    const text = JSON.stringify({ ...layout, id: 0 });
    const known = this.#layouts.find((other) => JSON.stringify({ ...other, id: 0 }) === text);
    if (known) return known;
    if (layout.id >= this.#capacity) {
      throw new CorelensError(
        "USAGE",
        `a session can trace at most ${this.#capacity} kinds of events`,
        "name fewer tracepoints",
      );
    }
    this.#layouts.push(layout);
    return layout;
  }

  /** Passes new layouts to `onLayouts`. */
  announce(): void {
    const added = this.#layouts.slice(this.#announced);
    this.#announced = this.#layouts.length;
    if (added.length > 0) this.#onLayouts(added);
  }
}
