import type { RawEvent } from "../event/event.ts";
import { eventFilter } from "../event/filter.ts";
import type { EventKind } from "../event/kind.ts";
import { Filter } from "../session/attach/filter.ts";
import { checkSelection, select } from "../session/attach/selection.ts";

/** Which events somebody asks for. */
export interface EventChoice {
  /** Names, in which `*` stands for any text; all when empty. */
  readonly tracepoints: readonly string[];
  /** A query that they have to pass (docs/query.md); null when all do. */
  readonly where: string | null;
}

export interface ChosenKind {
  readonly kind: EventKind;
  readonly passes: (event: RawEvent) => boolean;
  /** Parts of the query that programs in the kernel cannot test. */
  readonly inReader: readonly string[];
}

/**
 * What a choice means among a source's kinds; nothing as long as none is known.
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
    if ("lacking" in filtering) return [];
    const { tracepoint, fields } = filtering.chosen;
    const passes = eventFilter(where, tracepoint.name, fields);
    return [{ kind: tracepoint, passes, inReader: filtering.plan?.inReader.texts ?? [] }];
  });
}
