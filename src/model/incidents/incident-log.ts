import { counted } from "../../text/counted.ts";
import { durationText, groupedText } from "../../text/format.ts";
import { type Incident, isAtLeast } from "./incident.ts";
import { crowdOf, type IncidentKind, KIND_NAMES } from "./kinds.ts";
import { GROUP_LISTED, GROUP_MS } from "./thresholds.ts";

/** An incident as it is reported. */
export interface Occurrence extends Omit<Incident, "id" | "evidence"> {
  /** Times of the first and the last event that it is made from, if these are not its beginning and its end. */
  readonly from?: number;
  readonly to?: number;
  readonly figures: Incident["evidence"]["figures"];
}

/** Incidents of each kind that are kept: a flood of one kind displaces no other. */
const MAX_KEPT = 50;
/** Changed incidents that are kept until they are taken. */
const MAX_CHANGED = 1000;

/**
 * The incidents of a node, in bounded memory. Those of a kind within ten minutes are a group: the first three are
 * listed, the others are counted in one of them.
 *
 *     misbehaviour of peer 1                    ──► listed
 *     misbehaviour of peer 2                    ──► listed
 *     misbehaviour of peer 2                    ──► "…; 1 more time"
 *     misbehaviour of peers 3, 4, 5, 6, …       ──► listed, "…; 9,996 more in 45.0 s"
 */
export class IncidentLog {
  /** Of each kind, newest first. */
  readonly #kept = new Map<IncidentKind, Entry[]>();
  #changed = new Set<Entry>();
  /** Null after a change. */
  #recent: readonly Incident[] | null = null;
  /** Those of an earlier process, newest first. */
  #former: readonly Incident[] = [];
  readonly #totals = new Map<IncidentKind, number>(KIND_NAMES.map((kind) => [kind, 0]));

  /**
   * Adds one.
   * @returns the entry that shows it, for later changes; null if it is only counted
   */
  add(occurrence: Occurrence): Entry | null {
    const { kind, begin } = occurrence;
    this.#totals.set(kind, this.#totals.get(kind)! + 1);
    const kept = this.#keptOf(kind);
    const first = kept.find(({ place }) => place === 0);
    const group =
      first !== undefined && begin - first.begin < GROUP_MS
        ? kept.slice(0, kept.indexOf(first) + 1)
        : [];
    const same = group.find((entry) => entry.isAbout(occurrence));
    if (same) {
      same.repeat(occurrence);
      return this.#touch(same);
    }
    if (group.length >= GROUP_LISTED) {
      group[0]!.count(occurrence);
      this.#touch(group[0]!);
      return null;
    }
    const entry = new Entry(occurrence, group.length);
    kept.unshift(entry);
    if (kept.length > MAX_KEPT) kept.pop();
    return this.#touch(entry);
  }

  /** Replaces what an entry shows. @param entry null for one that is only counted */
  change(entry: Entry | null, changes: Partial<Occurrence>): void {
    if (entry === null) return;
    entry.change(changes);
    this.#touch(entry);
  }

  /** Lists those of an earlier process after those of this one. @param incidents newest first */
  restore(incidents: readonly Incident[]): void {
    this.#former = incidents;
    this.#recent = null;
  }

  /** The last ones of each kind together, newest first. */
  get recent(): readonly Incident[] {
    if (this.#recent === null) {
      const own = [...this.#kept.values()].flat().map((entry) => entry.incident);
      this.#recent = [...own, ...this.#former].sort((a, b) => b.begin - a.begin);
    }
    return this.#recent;
  }

  /** The new and changed ones since the last call, oldest first. Of more than a thousand, the newest. */
  takeChanges(): Incident[] {
    const changed = this.#changed;
    if (changed.size === 0) return [];
    this.#changed = new Set();
    return [...changed].map((entry) => entry.incident).sort((a, b) => a.begin - b.begin);
  }

  /** Numbers since the start, counted ones included. */
  get totals(): Readonly<Record<IncidentKind, number>> {
    return Object.fromEntries(this.#totals) as Record<IncidentKind, number>;
  }

  #keptOf(kind: IncidentKind): Entry[] {
    let kept = this.#kept.get(kind);
    if (kept === undefined) {
      kept = [];
      this.#kept.set(kind, kept);
    }
    return kept;
  }

  #touch(entry: Entry): Entry {
    this.#recent = null;
    this.#changed.add(entry);
    const [oldest] = this.#changed;
    if (this.#changed.size > MAX_CHANGED) this.#changed.delete(oldest!);
    return entry;
  }
}

/** An incident of the list, with those that are counted in it. */
export class Entry {
  readonly begin: number;
  /** Its place in its group: 0 for the first. */
  readonly place: number;
  readonly #id: string;
  #shown: Occurrence;
  /** Others about the same object. */
  #repeats = 0;
  /** Others of its group. */
  #more = 0;
  /** Time of the last of those. */
  #last: number;

  constructor(occurrence: Occurrence, place: number) {
    const { kind, begin, object, pid } = occurrence;
    this.begin = begin;
    this.place = place;
    this.#id = `${kind}-${Math.floor(begin)}-${object?.id ?? pid ?? "trace"}`;
    this.#shown = occurrence;
    this.#last = begin;
  }

  /** Whether both are about the same object; false if they are about none. */
  isAbout({ pid, object }: Occurrence): boolean {
    const own = this.#shown;
    return object !== null && own.pid === pid && own.object?.id === object.id;
  }

  /** Shows the last one about the same object, from the beginning of the first. */
  repeat(occurrence: Occurrence): void {
    this.#repeats++;
    this.#last = occurrence.begin;
    this.#shown = { ...occurrence, from: this.#shown.from ?? this.begin, begin: this.begin };
  }

  count({ begin, severity }: Occurrence): void {
    this.#more++;
    this.#last = begin;
    if (isAtLeast(severity, this.#shown.severity)) this.change({ severity });
  }

  change(changes: Partial<Occurrence>): void {
    this.#shown = { ...this.#shown, ...changes };
  }

  get incident(): Incident {
    const { from = this.begin, to, figures, text, end, severity, ...shown } = this.#shown;
    const [repeats, more, last] = [this.#repeats, this.#more, this.#last];
    const isCrowd = this.place + 1 + repeats + more >= crowdOf(shown.kind);
    const lastEnd = end === null ? null : Math.max(end, last);
    return {
      id: this.#id,
      ...shown,
      severity: isCrowd && severity === "info" ? "warning" : severity,
      end: lastEnd,
      text: `${text}${this.#othersText}`,
      evidence: {
        from,
        to: to ?? lastEnd ?? last,
        figures: {
          ...figures,
          ...(repeats > 0 && { repeats }),
          ...(more > 0 && { more }),
        },
      },
    };
  }

  /** `; 3 more times; 37 more of this kind in 45.0 s` */
  get #othersText(): string {
    const parts = [
      ...(this.#repeats > 0 ? [counted(this.#repeats, "more time")] : []),
      ...(this.#more > 0 ? [`${groupedText(this.#more)} more of this kind`] : []),
    ];
    if (parts.length === 0) return "";
    return `; ${parts.join("; ")} in ${durationText((this.#last - this.begin) * 1e6, "µs")}`;
  }
}
