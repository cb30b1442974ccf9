import { isObject } from "../../util/is-object.ts";

/** Reads fields of replies. A missing field, or one of another type, is null or empty. */

export type Answer = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Answer {
  return isObject(value) ? value : {};
}

export function objectsOf(value: unknown): Answer[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

export function flagOf(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

export function numbersOf(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((item) => Number.isFinite(item)) : [];
}

/** Numbers by name: `{"ping":32,"tx":4711}` */
export function countsOf(value: unknown): Record<string, number> {
  const counts = Object.entries(objectOf(value)).filter(([, count]) => Number.isFinite(count));
  return Object.fromEntries(counts) as Record<string, number>;
}

/** A list since v28; before that one text, which is empty without warnings. */
export function warningsOf(value: unknown): string[] {
  return (typeof value === "string" ? [value] : textsOf(value)).filter((text) => text !== "");
}

/** Converts an amount from bitcoin to satoshi. */
export function amountOf(value: unknown): number | null {
  const amount = numberOf(value);
  return amount === null ? null : Math.round(amount * 1e8);
}

/** Converts a fee rate from bitcoin per 1000 vB to sat/vB. */
export function feeRateOf(value: unknown): number | null {
  const amount = amountOf(value);
  return amount === null ? null : amount / 1000;
}
