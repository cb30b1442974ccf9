import type { ArgumentSize } from "../usdt/argument.ts";
import { ARGUMENT_TYPES } from "../usdt/argument-type.ts";
import type { Probe } from "../usdt/probe.ts";
import type { Field, FieldType, Layout } from "./types.ts";

/** All that a note tells about an argument's type: `-4@%eax` is 4 bytes, signed. */
export interface Shape {
  readonly size: ArgumentSize;
  readonly signed: boolean;
}

/** How an argument of this type looks in a note. Compilers keep the declared width even of a constant: `-4@$5`. */
export function shapeOf(type: FieldType): Shape {
  return ARGUMENT_TYPES[type];
}

/** The size as a note writes it: `-4@`. */
export function shapeText(shape: Shape): string {
  return `${shape.signed ? "-" : ""}${shape.size}@`;
}

/** A way in which a probe site is not what a layout says. `argument` counts from 0. */
export type Mismatch =
  | { readonly kind: "argument-count" }
  | { readonly kind: "argument-width" | "argument-sign"; readonly argument: number };

/** Everything about one probe site that contradicts the fields. An argument of unknown width contradicts none. */
export function mismatches(fields: readonly Field[], site: Probe): Mismatch[] {
  const found: Mismatch[] = [];
  if (site.arguments.length !== fields.length) found.push({ kind: "argument-count" });
  for (const [index, field] of fields.entries()) {
    const argument = site.arguments[index];
    if (argument === undefined || argument.size === null) continue;
    const shape = shapeOf(field.type);
    if (argument.size !== shape.size) found.push({ kind: "argument-width", argument: index });
    else if (argument.signed !== shape.signed)
      found.push({ kind: "argument-sign", argument: index });
  }
  return found;
}

/** Whether every site can be of this layout. */
export function fits(layout: Layout, sites: readonly Probe[]): boolean {
  return sites.every((site) => mismatches(layout.fields, site).length === 0);
}
