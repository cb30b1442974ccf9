import { BoundedMap } from "../../util/bounded-map.ts";
import { knownMedian, quantile, sum } from "../../util/statistics.ts";
import {
  type BlockLife,
  firstAnnouncementOf,
  leadOf,
  seenToConnected,
  stagesOf,
} from "./block-life.ts";
import type { BlockPeer } from "./block-message.ts";

/** A peer that announced blocks before every other peer. */
export interface Announcer {
  /** Null for all peers beyond the first thousand together. */
  readonly peer: BlockPeer | null;
  readonly blocks: number;
  /** Median time until the second peer announced the block; null when no other peer ever did. */
  readonly lead_ns: number | null;
}

/** How long a step took in the blocks that had it. */
export interface StepTimes {
  readonly step: (typeof STEPS)[number];
  readonly median_ns: number;
  readonly p90_ns: number;
}

const STAGES = ["requested", "received", "checked", "connected", "flushed", "mempool"] as const;
const STEPS = [...STAGES, "seen to connected"] as const;
const MAX_PEERS = 1000;

/** What many blocks have in common: which peer announces first, with which message, and how long the steps take. */
export class BlockSummary {
  blocks = 0;
  /** Blocks that a peer announced before they were connected. */
  announced = 0;
  readonly #announcers = new BoundedMap(MAX_PEERS, () => new AnnouncerCounter());
  readonly #types = new Map<string, number>();
  readonly #times = new Map<StepTimes["step"], number[]>();

  add(life: BlockLife): void {
    this.blocks++;
    const first = firstAnnouncementOf(life);
    if (first !== null) {
      const { id, address } = first.peer;
      this.announced++;
      this.#announcers.get(`${id} ${address}`).add(first.peer, leadOf(life));
      this.#types.set(first.msg_type, (this.#types.get(first.msg_type) ?? 0) + 1);
    }
    const stages = stagesOf(life);
    for (const name of STAGES) {
      const times = stages.filter(({ stage }) => stage === name).map(({ took_ns }) => took_ns);
      if (times.length > 0) this.#took(name, sum(times));
    }
    const whole = seenToConnected(life);
    if (whole !== null) this.#took("seen to connected", whole);
  }

  /** Most blocks first, then the longest lead. */
  get announcers(): Announcer[] {
    return this.#announcers
      .map((_, counter) => counter.view)
      .sort(
        (a, b) =>
          b.blocks - a.blocks ||
          (b.lead_ns ?? 0) - (a.lead_ns ?? 0) ||
          (a.peer?.id ?? 0) - (b.peer?.id ?? 0),
      );
  }

  /** Message types of first announcements, most blocks first. */
  get types(): [type: string, blocks: number][] {
    return [...this.#types].sort(([, a], [, b]) => b - a);
  }

  /** Of the steps that any block had. */
  get times(): StepTimes[] {
    return STEPS.flatMap((step) => {
      const times = this.#times.get(step);
      if (times === undefined) return [];
      const sorted = Float64Array.from(times).sort();
      return {
        step,
        median_ns: Math.round(quantile(sorted, 0.5)),
        p90_ns: Math.round(quantile(sorted, 0.9)),
      };
    });
  }

  #took(step: StepTimes["step"], ns: number): void {
    const times = this.#times.get(step);
    if (times) times.push(ns);
    else this.#times.set(step, [ns]);
  }
}

class AnnouncerCounter {
  #peer: BlockPeer | null = null;
  #blocks = 0;
  readonly #leads: (number | null)[] = [];

  add(peer: BlockPeer, lead: number | null): void {
    this.#peer = this.#blocks === 0 || this.#peer?.id === peer.id ? peer : null;
    this.#blocks++;
    this.#leads.push(lead);
  }

  get view(): Announcer {
    const lead = knownMedian(this.#leads);
    return {
      peer: this.#peer,
      blocks: this.#blocks,
      lead_ns: lead === null ? null : Math.round(lead),
    };
  }
}
