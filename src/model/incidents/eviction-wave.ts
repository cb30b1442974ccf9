import { networkOfAddress } from "../../bitcoin/connection.ts";
import type { RawEvent } from "../../event/event.ts";
import { textIn } from "../../event/fields.ts";
import { counted } from "../../text/counted.ts";
import { durationText, percentText } from "../../text/format.ts";
import { BoundedMap } from "../../util/bounded-map.ts";
import { SlidingCount } from "../../util/sliding-count.ts";
import type { Entry, IncidentLog } from "./incident-log.ts";
import { EVICTION_WAVE } from "./thresholds.ts";

/** Networks that a wave's connections come from and that are counted one by one. */
const MAX_NETWORKS = 256;

/** Finds times in which the node evicts many inbound connections. */
export class EvictionWave {
  readonly #log: IncidentLog;
  readonly #recent = new SlidingCount(EVICTION_WAVE.windowMs / 1000);
  #wave: Wave | null = null;
  /** The evictions within the window before a wave, oldest first. */
  #before: RawEvent[] = [];

  constructor(log: IncidentLog) {
    this.#log = log;
  }

  /** Takes net:evicted_inbound_connection. */
  see(event: RawEvent): void {
    const { time, pid } = event;
    this.#recent.add(time);
    if (this.#wave) {
      this.#wave.add(event);
      this.#log.change(this.#wave.entry, this.#wave.state);
      return;
    }
    this.#before = [...this.#before, event].filter(
      (each) => time - each.time < EVICTION_WAVE.windowMs,
    );
    if (this.#before.length < EVICTION_WAVE.begin) return;
    const wave = new Wave();
    for (const each of this.#before) wave.add(each);
    this.#before = [];
    this.#wave = wave;
    const from = wave.from;
    wave.entry = this.#log.add({
      ...{ kind: "eviction_wave", severity: "warning", begin: time, end: null, from, pid },
      object: null,
      ...wave.state,
    });
  }

  advance(now: number): void {
    if (this.#wave === null || this.#recent.sum(now) >= EVICTION_WAVE.end) return;
    this.#log.change(this.#wave.entry, { end: this.#wave.to });
    this.#wave = null;
  }
}

class Wave {
  entry: Entry | null = null;
  from = Number.POSITIVE_INFINITY;
  to = 0;
  #count = 0;
  readonly #networks = new BoundedMap(MAX_NETWORKS, () => ({ evictions: 0 }));

  add(event: RawEvent): void {
    const { time } = event;
    this.from = Math.min(this.from, time);
    this.to = time;
    this.#count++;
    this.#networks.get(networkOf(textIn(event, "address"))).evictions++;
  }

  get state() {
    const took = this.to - this.from;
    const [largest] = this.#networks
      .map((name, { evictions }) => ({ name, evictions }))
      .sort((a, b) => b.evictions - a.evictions);
    const share = largest!.evictions / this.#count;
    const connections = counted(this.#count, "inbound connection");
    return {
      to: this.to,
      text: `${connections} evicted in ${durationText(took * 1e6, "µs")}, ${percentText(share)} of them from ${largest!.name}`,
      figures: {
        evictions: this.#count,
        largest_network: largest!.name,
        largest_network_share: Number(share.toPrecision(3)),
      },
    };
  }
}

/** The /16 of an IPv4 address; the network of any other address, also if the host is hidden. */
function networkOf(address: string | null): string {
  const ipv4 = /^(\d+\.\d+)\.\d+\.\d+:\d+$/.exec(address ?? "")?.[1];
  return ipv4 === undefined ? (networkOfAddress(address ?? "") ?? "unknown") : `${ipv4}.0.0/16`;
}
