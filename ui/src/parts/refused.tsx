import { printable } from "../format.ts";
import { refusal } from "../live.ts";

/** The reason why the server does not run a query, and the place of the error. */
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
