import "../query.css";
import {
  PEER_PROPERTIES,
  type PeerTest,
  parsePeerFilter,
  QueryError,
} from "../../../src/model/peers/peer-filter.ts";
import { choose, chosen } from "../route.ts";

const EXAMPLES = [
  'connection_type == "inbound" && in_bytes > 1MB',
  "ping > 100ms",
  'network == "onion"',
] as const;

interface ReadFilter {
  /** Null when everybody passes. */
  readonly test: PeerTest | null;
  readonly refusal: QueryError | null;
}

export function readFilter(text: string): ReadFilter {
  if (text.trim() === "") return { test: null, refusal: null };
  try {
    return { test: parsePeerFilter(text), refusal: null };
  } catch (error) {
    if (error instanceof QueryError) return { test: null, refusal: error };
    throw error;
  }
}

/** Chooses peers by a query or a text; what is wrong with it stands below. */
export function PeerFilterBox({
  text,
  refusal,
}: {
  readonly text: string;
  readonly refusal: QueryError | null;
}) {
  return (
    <div class="ask">
      <div class="row">
        <label>
          <span class="hidden">Show only peers that pass</span>
          <input
            type="search"
            spellcheck={false}
            autocomplete="off"
            maxLength={4096}
            placeholder={`a text, or a query: ${EXAMPLES[0]}`}
            aria-invalid={refusal !== null}
            value={text}
            onInput={(event) => choose("filter", event.currentTarget.value)}
          />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={chosen("closed") === "1"}
            onChange={(event) => choose("closed", event.currentTarget.checked ? "1" : null)}
          />
          closed ones too
        </label>
      </div>
      {refusal && (
        <div class="refused" role="status">
          {refusal.message}
          <pre>{refusal.excerpt.join("\n")}</pre>
          {refusal.cure}
        </div>
      )}
      <details>
        <summary>What a query can ask</summary>
        <p class="examples">
          {EXAMPLES.map((query) => (
            <button
              key={query}
              type="button"
              class="link mono"
              onClick={() => choose("filter", query)}
            >
              {query}
            </button>
          ))}
        </p>
        <p class="names">
          {PEER_PROPERTIES.map(([name, kind]) => (
            <span key={name}>
              <code>{name}</code> {kind}
            </span>
          ))}
        </p>
        <p class="key">
          Times are written <code>100ms</code>, <code>2min</code>; sizes <code>1MB</code>. Join with
          && and ||, negate with !. A peer of which something is not known passes no test of it.
        </p>
      </details>
    </div>
  );
}
