import "./held-list.css";
import { hashEnds } from "../format.ts";
import { CopyButton } from "./copy-button.tsx";

/** Both ends of a hash; selecting or copying it gives the whole hash. */
export function Hash({ hash }: { readonly hash: string | null }) {
  if (hash === null || hashEnds(hash) === hash) return <>{hash ?? "–"}</>;
  return (
    <span class="hash">
      <span>
        {hash.slice(0, 6)}
        <span class="middle">{hash.slice(6, -8)}</span>
        {hash.slice(-8)}
      </span>
      <CopyButton text={hash} label={`Copy ${hash}`} copied="✓">
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path d="M4 4h7v7H4zM8 1H1v7" />
        </svg>
      </CopyButton>
    </span>
  );
}
