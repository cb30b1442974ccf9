import "./mark.css";

const SHAPES = { ok: "●", unknown: "○", warning: "▲", problem: "■" } as const;
const WORDS = { ok: "ok", unknown: "unknown", warning: "warning", problem: "problem" } as const;

/** A status, shown by shape and colour. */
export function Mark({ status }: { readonly status: keyof typeof SHAPES }) {
  return (
    <span class={`mark ${status}`} role="img" aria-label={WORDS[status]}>
      {SHAPES[status]}
    </span>
  );
}

/** A message's type with its colour. */
export function TypeName({ type, colour }: { readonly type: string; readonly colour: string }) {
  return (
    <span class="type">
      <i class={`swatch ${colour}`} aria-hidden="true" />
      {type}
    </span>
  );
}
