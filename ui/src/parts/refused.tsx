import { printable } from "../format.ts";
import { refusal } from "../live.ts";

/** Why the server does not run a query, and where it went wrong. */
export function Refused() {
  if (refusal.value === null) return null;
  const { code, message, cure, excerpt } = refusal.value;
  return (
    <div class="refused" role="alert">
      <p>
        <b>{code}</b> {printable(message)}
      </p>
      {excerpt && <pre>{excerpt.join("\n")}</pre>}
      <p>→ {printable(cure)}</p>
    </div>
  );
}
