import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface CopyButtonProps {
  /** What is copied. */
  readonly text: string;
  /** The name of the button when `children` are no text. */
  readonly label?: string;
  /** The text of the button after copying. */
  readonly copied?: string;
  readonly children: ComponentChildren;
}

/** Copies a text, on pages whose address the browser does not trust as well. */
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

/** @returns whether the browser took it */
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

/** Browsers keep the clipboard from pages of other machines that come without TLS, but for what is selected. */
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
