import type { BlockParts } from "../../../src/model/blocks/block-path.ts";
import { duration } from "../format.ts";

const PARTS = [
  ["waiting", "upkeep-2", "on its way"],
  ["asking", "transactions-1", "asking for missing transactions"],
  ["connecting", "blocks-0", "connecting"],
] as const satisfies readonly (readonly [keyof BlockParts, string, string])[];

/** What a block's time was spent on, as a bar of as many parts. */
export function Way({
  parts,
  longest,
}: {
  readonly parts: BlockParts | null;
  /** What takes the whole width, in ms. */
  readonly longest: number;
}) {
  if (parts === null) return null;
  const text = PARTS.map(([name, , words]) => `${words} ${duration(parts[name])}`).join(", ");
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

/** Says that a reorganisation replaced the block. */
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
