/*
 * How a document becomes the next one. A document is a list of one row; a list is patched in two steps:
 *
 *     rows    which rows the new list has      [[0, 17], [18, 3], [[{"id":42, …}]]]    17 rows, 3 others, a new one
 *                                              [[{"id":42, …}, 5]]                     5 new ones like this one
 *     cells   what changed in them, by column  {"at":["in","bytes"],"add":[0, 61, 8]}  integers, of all rows
 *                                              {"at":["state"],"rows":[4, 2],"set":["closed", "open"]}   rows 4 and 6
 *
 * Columns make a patch short: each name is written once for all rows, and counters as the difference. Therefore a whole
 * document is sent as one whose lists are empty, and a patch that fills them.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export type JsonObject = { readonly [name: string]: Json };

export interface ListPatch {
  /**
   * Former rows as `[from, count]`, new rows as `[rows]`, and similar new rows as `[first, count]`, which cells make
   * different; omitted when the rows and their order are the same.
   */
  readonly rows?: readonly Segment[];
  readonly cells?: readonly Column[];
}

export type Segment =
  | readonly [from: number, count: number]
  | readonly [rows: readonly Json[]]
  | readonly [first: JsonObject, count: number];

/** What changed in one place of some rows. */
export interface Column {
  /** The place in a row: names of members and indexes of arrays. */
  readonly at: readonly (string | number)[];
  /** The distance of each row from the one before; omitted when all rows are meant. */
  readonly rows?: readonly number[];
  /** What is added to integers; 0 where nothing changed. */
  readonly add?: readonly number[];
  readonly set?: readonly Change[];
}

/** A new value, `[value]` for an object or an array; `[]` removes a member; a patch changes an array. */
export type Change = null | boolean | number | string | readonly [Json] | readonly [] | ListPatch;

/** A patch does not fit what it is applied to. */
export class PatchError extends Error {}

/**
 * The document after a patch. The former document is not changed; the new one shares its unchanged parts.
 * @throws PatchError when the patch was made for another document
 */
export function patched(document: Json, patch: ListPatch): Json {
  return patchedList([document], patch, new WeakSet())[0]!;
}

/** @param own the arrays and objects that this patch created, and may change */
function patchedList(list: readonly Json[], patch: ListPatch, own: WeakSet<object>): Json[] {
  const rows = patch.rows?.flatMap((segment) => rowsOf(list, segment)) ?? [...list];
  own.add(rows);
  for (const { at, rows: steps, add, set } of patch.cells ?? []) {
    const length = (add ?? set ?? []).length;
    check((steps?.length ?? rows.length) === length);
    let row = -1;
    for (let i = 0; i < length; i++) {
      row = steps === undefined ? i : Math.max(row, 0) + steps[i]!;
      if (add?.[i] === 0) continue;
      const change = add === undefined ? set![i]! : { sum: add[i]! };
      put(rows, [row, ...at], 0, change, own);
    }
  }
  return rows;
}

function rowsOf(list: readonly Json[], segment: Segment): readonly Json[] {
  if (segment.length === 1) return segment[0];
  const [from, count] = segment;
  check(Number.isInteger(count) && count >= 0 && count <= MAX_ROWS);
  if (typeof from === "object") return new Array(count).fill(from);
  check(Number.isInteger(from) && from >= 0 && from + count <= list.length);
  return list.slice(from, from + count);
}

/** Of one segment: more than any list of a view. */
const MAX_ROWS = 100_000;

type Place = Record<string | number, Json>;

/** Changes the place in a container that the patch owns. */
function put(
  container: Json,
  at: Column["at"],
  depth: number,
  change: Change | Sum,
  own: WeakSet<object>,
): void {
  const name = at[depth]!;
  check(Array.isArray(container) ? isIndex(container, name) : typeof name === "string");
  const place = container as Place;
  const isLast = depth === at.length - 1;
  const isKnown = Object.hasOwn(place, name);
  if (!isLast) {
    check(isKnown);
    const inner = owned(place[name]!, own);
    place[name] = inner;
    put(inner, at, depth + 1, change, own);
  } else if (Array.isArray(change) && change.length === 0) {
    check(isKnown && !Array.isArray(container));
    delete place[name];
  } else {
    const value = changed(isKnown ? place[name]! : undefined, change as Present, own);
    // An assignment to `__proto__` would not create a member.
    Object.defineProperty(place, name, {
      ...{ value, writable: true, enumerable: true, configurable: true },
    });
  }
}

interface Sum {
  readonly sum: number;
}
type Present = Exclude<Change, readonly []> | Sum;

function changed(before: Json | undefined, change: Present, own: WeakSet<object>): Json {
  if (typeof change !== "object" || change === null) return change;
  if (Array.isArray(change)) return change[0]!;
  if ("sum" in change) {
    check(typeof before === "number" && typeof change.sum === "number");
    return before + change.sum;
  }
  check(Array.isArray(before));
  return patchedList(before, change as ListPatch, own);
}

/** The value itself when the patch owns it, otherwise a copy. */
function owned(value: Json, own: WeakSet<object>): Json {
  check(typeof value === "object" && value !== null);
  if (own.has(value)) return value;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  own.add(copy);
  return copy;
}

function isIndex(list: readonly Json[], index: string | number): boolean {
  return Number.isInteger(index) && Number(index) >= 0 && Number(index) < list.length;
}

function check(fits: boolean): asserts fits {
  if (!fits) throw new PatchError("the patch does not fit the document");
}
