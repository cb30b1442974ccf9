import { all, type FieldReference, without } from "../query/condition.ts";
import { compile, type Value } from "../query/evaluate.ts";
import { Query } from "../query/query.ts";
import { HEADER, type RecordForm, type RecordLayout, type Slot } from "./record-layout.ts";
import type { RecordMemory } from "./record-memory.ts";

/**
 * Whether the record at byte offset `at` meets the query; null when that depends on an argument that its site cannot
 * read.
 */
export type RecordFilter = (at: number) => boolean | null;

/** Compiles the conditions that programs do not test. Null when there are none. */
export function compileRecordFilter(
  layout: RecordLayout,
  memory: RecordMemory,
  { slots }: RecordForm = layout,
): RecordFilter | null {
  if (layout.conditions.length === 0) return null;
  const { name } = layout;
  const parts = layout.conditions.flatMap((text) => new Query(text).parts(name, slots));
  const condition = all(parts.map((part) => part.condition));
  const evaluate = compile(condition);
  const evaluateKnown = compile(without(condition, new Set(layout.unknown)));
  const readers = new Map(slots.map((slot) => [slot.field.name, slotReader(slot, memory)]));
  return (at) => {
    const read = (field: FieldReference): Value | null =>
      field.argument === null ? readEnvelope(field.name, memory, at) : readers.get(field.name)!(at);
    if (evaluate(read) === false) return false;
    return layout.unknown.length === 0 || evaluateKnown(read) !== false || null;
  };
}

function slotReader(
  { argument, field: { type }, offset, size }: Slot,
  memory: RecordMemory,
): (at: number) => Value | null {
  const bit = 1 << argument;
  const isUnreadable = (at: number) => (memory.uint16(at + HEADER.unreadable) & bit) !== 0;
  const isTruncated = (at: number) => (memory.uint16(at + HEADER.truncated) & bit) !== 0;
  const value = (at: number): Value => {
    switch (type) {
      case "bool":
        return memory.uint8(at + offset) !== 0;
      case "hash":
        return memory.hash(at + offset);
      case "string":
        return { bytes: memory.textBytes(at + offset, size), truncated: isTruncated(at) };
      case "bytes":
      case "words":
        throw new Error(`no condition is of ${type}`);
      default:
        return memory[type](at + offset);
    }
  };
  return (at) => (isUnreadable(at) ? null : value(at));
}

function readEnvelope(name: "tid" | "cpu" | "pid", memory: RecordMemory, at: number): number {
  switch (name) {
    case "tid":
      return memory.uint32(at + HEADER.tid);
    case "cpu":
      return memory.uint16(at + HEADER.cpu);
    case "pid":
      return memory.uint32(at + HEADER.tgid);
  }
}
