import { type CONTRACT, isLayoutOf, TRACEPOINTS } from "../contract/contract.ts";
import type { Field, FieldType } from "../contract/types.ts";

/** The node to simulate: a release of the contract, or the development branch that had other mempool layouts. */
export type SimulatedRelease = number | "draft";

/** The release that the development branch resembles except for these layouts. */
const DRAFT_BASE = 28;

export type TracepointName = keyof typeof CONTRACT;

/** A decoded value, as the contract's `FieldType` describes it. */
export type FieldValue = number | bigint | boolean | string | Uint8Array;

type ValueOf<Type extends FieldType> = Type extends "bool"
  ? boolean
  : Type extends "string" | "hash"
    ? string
    : Type extends "bytes"
      ? Uint8Array
      : number;

type FieldOf<Name extends TracepointName> =
  (typeof CONTRACT)[Name]["layouts"][number]["fields"][number];

/** The values of all fields that a tracepoint has in any layout. Enumerations are numbers. */
export type Values<Name extends TracepointName> = {
  readonly [F in FieldOf<Name> as F["name"]]: ValueOf<F["type"]>;
};

/** The number of the release whose behaviour is simulated. */
export function behaviourOf(release: SimulatedRelease): number {
  return release === "draft" ? DRAFT_BASE : release;
}

/** The tracepoints of the release, each with its arguments in order. */
export function layoutsOf(release: SimulatedRelease): ReadonlyMap<string, readonly Field[]> {
  const behaviour = behaviourOf(release);
  const layouts = new Map<string, readonly Field[]>();
  for (const [name, tracepoint] of TRACEPOINTS) {
    const released = tracepoint.layouts.find((layout) => isLayoutOf(layout, behaviour));
    const drafted =
      release === "draft"
        ? tracepoint.layouts.find(({ since, until }) => since === null && until === null)
        : undefined;
    if (released !== undefined) layouts.set(name, (drafted ?? released).fields);
  }
  return layouts;
}

/** Selects and decodes the values of a layout's fields: an enumeration's number becomes its name. */
export function project(
  fields: readonly Field[],
  values: Readonly<Record<string, FieldValue>>,
): Record<string, FieldValue> {
  const args: Record<string, FieldValue> = {};
  for (const { name, values: names } of fields) {
    const value = values[name]!;
    args[name] = names === undefined ? value : (names[Number(value)] ?? value);
  }
  return args;
}
