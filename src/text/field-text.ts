import type { Field } from "../contract/types.ts";
import { MEMPOOL_HEIGHT } from "../contract/utxocache.ts";
import { groupedText } from "./format.ts";
import { printable } from "./printable.ts";

/** A field's value for people. */
export interface FieldText {
  readonly text: string;
  /** `B`; null when the value has none. */
  readonly unit: string | null;
}

/** `1,410` with `sat`; `2026-11-21T07:33:08` for a time; `mempool` for the height of an unconfirmed coin. */
export function valueText(value: unknown, field: Field): FieldText {
  if (value instanceof Uint8Array) {
    return { text: Buffer.from(value).toString("hex") || "(empty)", unit: null };
  }
  if (Array.isArray(value)) return { text: `[${value.join(", ")}]`, unit: null };
  if (typeof value !== "number" && typeof value !== "bigint") {
    return { text: printable(value === "" ? '""' : String(value)), unit: null };
  }
  if (isMempoolHeight(field.name, value)) return { text: "mempool", unit: null };
  const { unit } = field;
  if (unit === undefined || field.name.endsWith(`_${unit}`))
    return { text: String(value), unit: null };
  if (unit !== "UNIX s") return { text: groupedText(value), unit };
  const time = localTime(Number(value));
  return time === null ? { text: String(value), unit } : { text: time, unit: null };
}

/** Whether a field's value is the height that marks an unconfirmed coin. */
export function isMempoolHeight(name: string, value: unknown): boolean {
  return name === "height" && Number(value) === MEMPOOL_HEIGHT;
}

/** Usual width of a field's values in columns; 0 when it is unknown. */
export function usualWidth({ name, type, unit, values, maxLength }: Field): number {
  if (values !== undefined) return Math.max(...Object.values(values).map(({ length }) => length));
  if (unit !== undefined) return name.endsWith(`_${unit}`) ? TIMED : UNIT_WIDTHS[unit];
  switch (type) {
    case "hash":
      return 64;
    case "bytes":
      return 0;
    case "bool":
      return "false".length;
    case "string":
      return Math.min(maxLength ?? 0, "255.255.255.255:65535".length);
    case "int32":
    case "uint32":
      return "mempool".length;
    default:
      return 5;
  }
}

const TIMED = 10;
const UNIT_WIDTHS: Readonly<Record<NonNullable<Field["unit"]>, number>> = {
  sat: "100,000,000 sat".length,
  vB: "100,000 vB".length,
  B: "4,000,000 B".length,
  ns: TIMED,
  us: TIMED,
  "UNIX s": "2026-11-21T07:33:08".length,
};

/** Local time; null outside the years 0 to 9999. */
function localTime(seconds: number): string | null {
  const date = new Date(seconds * 1000);
  const year = date.getFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999) return null;
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${String(year).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
