import type { Cost } from "./cost.ts";
import { hitsOf, sumOf } from "./loss.ts";
import type { EventSource } from "./source.ts";

/** A source made from the events of another one, which tracing and its end concern. */
export abstract class DerivedSource<Source extends EventSource = EventSource> {
  protected readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  get hits(): number {
    return this.source.hits ?? hitsOf(sumOf(this.source.tallies()));
  }

  cost(): Promise<Cost | null> {
    return this.source.cost();
  }

  stop(): Promise<void> {
    return this.source.stop();
  }

  close(): Promise<void> {
    return this.source.close();
  }
}
