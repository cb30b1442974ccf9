import type { ComponentChildren } from "preact";

interface LinkProps {
  readonly href: string;
  /** Called for a plain click, in place of loading the address. */
  readonly onOpen: () => void;
  readonly current?: boolean;
  readonly children: ComponentChildren;
}

/** A link within the dashboard. Ctrl, Cmd and Shift open it in another tab or window as usual. */
export function Link({ href, onOpen, current = false, children }: LinkProps) {
  return (
    <a
      href={href}
      aria-current={current ? "page" : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onOpen();
      }}
    >
      {children}
    </a>
  );
}
