import "./query.css";
import { PEER_NAMES, type QueryError } from "../../../src/model/peers/peer-filter.ts";
import { choose, chosen } from "../route.ts";
import { TextInput } from "./text-input.tsx";

const EXAMPLES = [
  'connection_type == "inbound" && in_bytes > 1MB',
  "ping > 100ms || in_rate > 50",
  'network == "onion" && useful < 5',
] as const;

/** Filters peers by a query or a text, and shows what is wrong with it. */
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
        <TextInput
          caption="Filter peers"
          captionClass="hidden"
          type="search"
          maxLength={4096}
          placeholder={`text or query, such as ${EXAMPLES[0]}`}
          aria-invalid={refusal !== null}
          value={text}
          onText={(query) => choose("filter", query)}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={chosen("closed") === "1"}
            onChange={(event) => choose("closed", event.currentTarget.checked ? "1" : null)}
          />
          show closed
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
        <summary>Names and examples</summary>
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
          {PEER_NAMES.map(({ name, kind, meaning }) => (
            <span key={name} title={meaning}>
              <code>{name}</code> {kind}
            </span>
          ))}
        </p>
        <p class="key">
          Write times as <code>100ms</code> or <code>2min</code>, sizes as <code>1MB</code>. Combine
          conditions with && and ||, negate them with !. A peer with an unknown value does not pass.
          Hover over a name to see its meaning.
        </p>
      </details>
    </div>
  );
}
