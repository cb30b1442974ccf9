import type { ComponentChildren } from "preact";
import { CopyButton } from "./copy-button.tsx";

interface CommandLineProps {
  readonly command: string;
  readonly children?: ComponentChildren;
}

/** The shell command that does the same as the page. */
export function CommandLine({ command, children }: CommandLineProps) {
  return (
    <div class="command">
      <code>{command}</code>
      <CopyButton text={command}>Copy</CopyButton>
      {children && <p class="tally">{children}</p>}
    </div>
  );
}
