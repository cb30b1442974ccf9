interface Task {
  readonly at: number;
  /** Tells tasks of the same time apart: first planned, first run. */
  readonly order: number;
  readonly action: () => void;
}

/**
 * Simulated time and what is to happen in it: a binary heap of tasks by time. Like Core's message handler the
 * simulated node does one thing at a time: a task that takes long makes those after it late.
 */
export class Schedule {
  readonly #heap: Task[] = [];
  #order = 0;
  #now = 0;

  /** In ms since the simulation began; never runs backwards. */
  get now(): number {
    return this.#now;
  }

  /** Lets the running task take `ms`. */
  spend(ms: number): void {
    this.#now += ms;
  }

  /** Runs `action` in `ms` from now. */
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

  /** Runs the earliest task; false when there is none. */
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
