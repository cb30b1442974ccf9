import "./stage-bar.css";
import type { BlockParts } from "../../../src/model/blocks/block-life.ts";
import { nanoseconds } from "../format.ts";

const PARTS = [
  ["waiting_ns", "upkeep-2", "arriving or waiting"],
  ["requesting_ns", "transactions-1", "requesting missing transactions"],
  ["connecting_ns", "blocks-0", "connecting"],
] as const satisfies readonly (readonly [keyof BlockParts, string, string])[];

/** A bar of the time from a block's first message to its connection, divided into stages. */
export function StageBar({
  parts,
  longest,
}: {
  readonly parts: BlockParts | null;
  /** The time that fills the bar, in ns. */
  readonly longest: number;
}) {
  if (parts === null) return null;
  const text = PARTS.map(([name, , words]) => `${words} ${nanoseconds(parts[name])}`).join(", ");
  return (
    <span class="stages" role="img" aria-label={text} title={text}>
      {PARTS.map(([name, colour]) => (
        <i
          key={name}
          class={`swatch ${colour}`}
          style={{ width: `${(100 * parts[name]) / Math.max(longest, 1e-9)}%` }}
        />
      ))}
    </span>
  );
}

/** Marks a block that a reorganisation replaced. */
export function StaleTag({ block: { stale } }: { readonly block: { readonly stale: boolean } }) {
  return stale ? <span class="tag">stale</span> : null;
}

export function StageKey() {
  return (
    <p class="key">
      {PARTS.map(([name, colour, words]) => (
        <span key={name}>
          <i class={`swatch ${colour}`} />
          {words}
        </span>
      ))}
    </p>
  );
}
