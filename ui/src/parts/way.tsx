import "./way.css";
import type { BlockParts } from "../../../src/model/blocks/block-life.ts";
import { nanoseconds } from "../format.ts";

const PARTS = [
  ["waiting_ns", "upkeep-2", "on its way"],
  ["requesting_ns", "transactions-1", "requesting missing transactions"],
  ["connecting_ns", "blocks-0", "connecting"],
] as const satisfies readonly (readonly [keyof BlockParts, string, string])[];

/** The time of a block as a bar, with a part for each stage. */
export function Way({
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
    <span class="way" role="img" aria-label={text} title={text}>
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

export function WayKey() {
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
