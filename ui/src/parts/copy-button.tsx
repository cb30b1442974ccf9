import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface CopyButtonProps {
  /** The text to copy. */
  readonly text: string;
  /** The name of the button if `children` are not text. */
  readonly label?: string;
  /** The text of the button after copying. */
  readonly copied?: string;
  readonly children: ComponentChildren;
}

/** Copies a text to the clipboard, also on pages that the browser does not trust. */
export function CopyButton({ text, label, copied = "Copied", children }: CopyButtonProps) {
  const last = useSignal<string | null>(null);
  const isCopied = last.value === text;
  return (
    <button
      type="button"
      class="plain"
      aria-label={label}
      title={label && "Copy"}
      onClick={async () => {
        if (await copy(text)) last.value = text;
      }}
    >
      <span role={isCopied ? "status" : undefined}>{isCopied ? copied : children}</span>
    </button>
  );
}

/** @returns whether the text is in the clipboard */
async function copy(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // The browser denied access to the clipboard: use the fallback.
  }
  return copySelected(text);
}

/** Copies through a selection: without TLS, pages of other machines may not use the clipboard in another way. */
function copySelected(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "hidden";
  document.body.append(field);
  const focused = document.activeElement as HTMLElement | null;
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return isCopied;
}
