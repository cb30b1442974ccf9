import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface CommandLineProps {
  readonly command: string;
  readonly children?: ComponentChildren;
}

/** The same in a terminal. */
export function CommandLine({ command, children }: CommandLineProps) {
  const copied = useSignal<string | null>(null);
  return (
    <div class="command">
      <code>{command}</code>
      {/* Browsers have it only where the page's address is trusted. */}
      {navigator.clipboard && (
        <button
          type="button"
          class="plain"
          onClick={async () => {
            try {
              await navigator.clipboard.writeText(command);
              copied.value = command;
            } catch {
              // The browser asked, and was told no.
            }
          }}
        >
          <span role="status">{copied.value === command ? "Copied" : "Copy"}</span>
        </button>
      )}
      {children && <p class="tally">{children}</p>}
    </div>
  );
}
