import { isObject } from "../rpc/answer.ts";

/** Reads fields of answers. All are total: what is not there, or is of another type, is null or empty. */

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

/** Since v28 a list, before that one text, empty for none. */
export function warningsOf(value: unknown): string[] {
  return (typeof value === "string" ? [value] : textsOf(value)).filter((text) => text !== "");
}

/** An amount that is written in bitcoin, in satoshi. */
export function amountOf(value: unknown): number | null {
  const amount = numberOf(value);
  return amount === null ? null : Math.round(amount * 1e8);
}

/** A fee rate that is written in bitcoin per 1000 vB, in sat/vB. */
export function feeRateOf(value: unknown): number | null {
  const amount = amountOf(value);
  return amount === null ? null : amount / 1000;
}
