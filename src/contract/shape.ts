import type { WordSize } from "../elf/reader.ts";
import { ARGUMENT_TYPES } from "../usdt/argument-type.ts";
import type { Probe } from "../usdt/probe.ts";
import type { Field, FieldType, FloatType, Layout } from "./types.ts";

/** An argument's type in a note: `-4@%eax` has 4 bytes and is signed. */
export interface Shape {
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly float?: true;
}

/** The shape of an argument of this type. Compilers keep the declared width even of a constant: `-4@$5`. */
export function shapeOf(type: FieldType, wordSize: WordSize = 8): Shape {
  switch (type) {
    case "float64":
      return { size: 8, signed: false, float: true };
    case "float32":
      return { size: 4, signed: false, float: true };
    case "words":
      return ARGUMENT_TYPES.uint64;
    case "string":
    case "hash":
    case "bytes":
      return { size: wordSize, signed: false };
    default:
      return ARGUMENT_TYPES[type];
  }
}

export function isFloat(type: FieldType): type is FloatType {
  return type === "float64" || type === "float32";
}

/** The size in a note: `-4@`. */
export function shapeText({ signed, size, float }: Shape): string {
  return `${signed ? "-" : ""}${size}${float ? "f" : ""}@`;
}

/** A difference between a probe site and a layout. `argument` counts from 0. */
export type Mismatch =
  | { readonly kind: "argument-count" }
  | {
      readonly kind: "argument-width" | "argument-sign" | "argument-type";
      readonly argument: number;
    };

/** All differences between a probe site and fields. An argument of unknown width matches every field. */
export function mismatches(fields: readonly Field[], site: Probe): Mismatch[] {
  const found: Mismatch[] = [];
  if (site.arguments.length !== fields.length) found.push({ kind: "argument-count" });
  for (const [index, field] of fields.entries()) {
    const argument = site.arguments[index];
    if (argument === undefined || argument.size === null) continue;
    const shape = shapeOf(field.type, site.wordSize);
    const isFloating = argument.kind !== "words" && argument.float === true;
    if (isFloating !== isFloat(field.type)) found.push({ kind: "argument-type", argument: index });
    else if (argument.size !== shape.size && !isWord(field.type, argument.size, site))
      found.push({ kind: "argument-width", argument: index });
    else if (argument.signed !== shape.signed)
      found.push({ kind: "argument-sign", argument: index });
  }
  return found;
}

/** Core passes sizes as `size_t`: uint64 in the contract, but 4 bytes on 32-bit machines. */
function isWord(type: FieldType, size: number, { wordSize }: Probe): boolean {
  return type === "uint64" && size === wordSize;
}

/** Whether every site can have this layout. */
export function fits(layout: Pick<Layout, "fields">, sites: readonly Probe[]): boolean {
  return sites.every((site) => mismatches(layout.fields, site).length === 0);
}
