interface Task {
  readonly at: number;
  /** Tasks of equal time run in the order in which they were scheduled. */
  readonly order: number;
  readonly action: () => void;
}

/**
 * Simulated time and the scheduled tasks, in a binary heap. Like Core's message handler, the simulated node runs one
 * task at a time: a long task delays the following ones.
 */
export class Schedule {
  readonly #heap: Task[] = [];
  #order = 0;
  #now = 0;

  /** Time in ms since the start of the simulation; it never decreases. */
  get now(): number {
    return this.#now;
  }

  /** Adds `ms` to the duration of the running task. */
  spend(ms: number): void {
    this.#now += ms;
  }

  /** Runs `action` after `ms`. */
  after(ms: number, action: () => void): void {
    const task = { at: this.#now + ms, order: this.#order++, action };
    let child = this.#heap.push(task) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(task, this.#heap[parent]!)) break;
      this.#heap[child] = this.#heap[parent]!;
      child = parent;
    }
    this.#heap[child] = task;
  }

  /** Runs the earliest task; returns false if there is none. */
  runNext(): boolean {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return false;
    if (this.#heap.length > 0) this.#sink(last);
    this.#now = Math.max(this.#now, first.at);
    first.action();
    return true;
  }

  #sink(task: Task): void {
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= this.#heap.length) break;
      const right = this.#heap[child + 1];
      if (right !== undefined && before(right, this.#heap[child]!)) child++;
      if (before(task, this.#heap[child]!)) break;
      this.#heap[parent] = this.#heap[child]!;
      parent = child;
    }
    this.#heap[parent] = task;
  }
}

function before(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
