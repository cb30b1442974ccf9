import "./panel.css";
import type { ComponentChildren } from "preact";
import { meaningOf } from "../../../src/text/glossary.ts";

interface PanelProps {
  readonly title: string;
  /** Columns of twelve. */
  readonly span?: number;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a page with its own heading. */
export function Panel({ title, span = 12, aside, children }: PanelProps) {
  return (
    <section class={`panel span-${span}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {aside && <div class="aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
}

/** A number with its name. */
export function Figure({ label, value, note }: FigureProps) {
  return (
    <div class="figure">
      <dt title={meaningOf(label)}>{label}</dt>
      <dd>
        {value}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

/** Replaces a page that has no data yet. */
export function Waiting() {
  return <p class="waiting">Waiting for data …</p>;
}

/** Replaces content that is missing, with the reason. */
export function Absent({ children }: { readonly children: ComponentChildren }) {
  return <p class="absent">{children}</p>;
}
