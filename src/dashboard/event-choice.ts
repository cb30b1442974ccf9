import type { RawEvent } from "../event/event.ts";
import { eventFilter } from "../event/filter.ts";
import type { EventKind } from "../event/kind.ts";
import { Filter } from "../session/attach/filter.ts";
import { checkSelection, select } from "../session/attach/selection.ts";
import type { EventChoice } from "./protocol/events.ts";

export interface ChosenKind {
  readonly kind: EventKind;
  readonly passes: (event: RawEvent) => boolean;
  /** Parts of the query that programs in the kernel cannot test. */
  readonly inReader: readonly string[];
}

/**
 * The kinds that a choice selects, each with its filter; none while the source has declared no kind.
 * @throws CorelensError TRACEPOINT_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE
 */
export function chooseEvents(
  { tracepoints, where }: EventChoice,
  kinds: readonly EventKind[],
): ChosenKind[] {
  const selection = { patterns: tracepoints, fields: null };
  const filter = new Filter(where, selection);
  if (kinds.length === 0) return [];
  const available = kinds.map((kind) => ({ ...kind, status: "contract" as const, sites: [] }));
  checkSelection(available, selection);
  const chosen = select(available, selection);
  filter.check(chosen);
  return filter.apply(chosen).flatMap((filtering) => {
    if ("missing" in filtering) return [];
    const { tracepoint, fields } = filtering.chosen;
    const passes = eventFilter(where, tracepoint.name, fields);
    return [{ kind: tracepoint, passes, inReader: filtering.plan?.inReader.texts ?? [] }];
  });
}
