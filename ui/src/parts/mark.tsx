import "./mark.css";

const SHAPES = {
  ok: "●",
  unknown: "○",
  info: "○",
  warning: "▲",
  problem: "■",
  alarm: "■",
} as const;

/** A status or a severity, shown by shape and colour. */
export function Mark({ status }: { readonly status: keyof typeof SHAPES }) {
  return (
    <span class={`mark ${status}`} role="img" aria-label={status}>
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
