import "./tail.css";
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { PastPart, TailCommand, TailEvent } from "../../../src/dashboard/protocol/events.ts";
import { clock, count, fineClock, span } from "../format.ts";
import { follow, refusal } from "../live.ts";
import { HeldList } from "./held-list.tsx";
import { Refused } from "./refused.tsx";

/** Maximum number of lines, both shown and waiting while the list is held. */
const MAX_LINES = 600;

interface Line {
  /** Greater than the numbers of all lines below. */
  readonly number: number;
  readonly event: TailEvent;
}

interface Shown {
  readonly lines: readonly Line[];
  /** The search of recent events; null until its first part arrives. */
  readonly past: Omit<PastPart, "events" | "isFirst"> | null;
  /** Number of its events that are shown. */
  readonly pastShown: number;
  readonly matched: number;
  readonly skipped: number;
  readonly untested: number;
  /** Number of restarts of the tail. */
  readonly generation: number;
}

const NOTHING: Shown = {
  lines: [],
  past: null,
  pastShown: 0,
  matched: 0,
  skipped: 0,
  untested: 0,
  generation: 0,
};
const shown = signal<Shown>(NOTHING);

interface TailProps {
  /** Null shows nothing. */
  readonly command: TailCommand | null;
  /** Nouns for its events, such as `match`, `matches`. */
  readonly nouns: readonly [one: string, many: string];
  /** Writes an event, after its time. */
  readonly line: (event: TailEvent) => ComponentChildren;
}

/** Recent events and new ones, newest first. */
export function Tail({ command, nouns, line }: TailProps) {
  const asked = JSON.stringify(command);
  useEffect(() => {
    begin();
    follow(command, {
      onPast: (part) => {
        if (part.isFirst) begin();
        addPast(part);
      },
      onTail: ({ events, counts }) => {
        const { lines, matched, skipped, untested } = shown.value;
        const next = (lines[0]?.number ?? 0) + 1;
        const added = events.map((event, i) => ({ number: next + i, event })).reverse();
        shown.value = {
          ...shown.value,
          lines: [...added, ...lines].slice(0, MAX_LINES),
          matched: matched + counts.matched,
          skipped: skipped + counts.skipped,
          untested: untested + counts.untested,
        };
      },
    });
    return () => follow(null);
  }, [asked]);

  if (refusal.value) return <Refused />;
  const { lines, generation } = shown.value;
  return (
    <>
      <LossCounters nouns={nouns} />
      <HeldList rows={lines} keyOf={numberOf} numberOf={numberOf} basis={`${asked} ${generation}`}>
        {(held) =>
          held.length === 0 ? (
            <p class="tail nothing" role="status">
              {nothingText(nouns)}
            </p>
          ) : (
            // Without a mouse, the keyboard scrolls it.
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable
            <ol class="tail" aria-label="Events, newest first" tabIndex={0}>
              {held.map(({ number, event }) => (
                <li key={number}>
                  <time>{fineClock(event.time)}</time>
                  {line(event)}
                </li>
              ))}
            </ol>
          )
        }
      </HeldList>
    </>
  );
}

function begin(): void {
  shown.value = { ...NOTHING, generation: shown.value.generation + 1 };
}

/** Adds events of the past below all others. */
function addPast({ events, isFirst: _, ...past }: PastPart): void {
  const { lines, pastShown } = shown.value;
  const next = (lines.at(-1)?.number ?? 1) - 1;
  const added = events.map((event, i) => ({ number: next - i, event }));
  shown.value = {
    ...shown.value,
    lines: [...lines, ...added].slice(0, MAX_LINES),
    past,
    pastShown: pastShown + events.length,
  };
}

function numberOf({ number }: Line): number {
  return number;
}

/** Numbers of recent and new events. */
function LossCounters({ nouns }: Pick<TailProps, "nouns">) {
  const { past, pastShown, matched, skipped, untested } = shown.value;
  return (
    <p class="tally">
      {past === null || past.from === null ? (
        <>Searching recent events …</>
      ) : (
        <>
          <b>{counted(past.matched, nouns)}</b> in the last {span(past.to - past.from)}, since{" "}
          {clock(past.from)}
          {past.matched > pastShown && <> (the newest {count(pastShown)} are shown)</>}
          {!past.isWhole && <>; still searching …</>}
        </>
      )}
      {"; then live: "}
      <b>{count(matched)}</b>
      {skipped > 0 && <>; {count(skipped)} of them are not shown: too many came at once</>}
      {untested > 0 && <>; {count(untested)} more were not tested: too many came at once</>}
    </p>
  );
}

function nothingText([one]: TailProps["nouns"]): string {
  const { past } = shown.value;
  if (past === null || !past.isWhole) return `Searching recent events for a ${one} …`;
  if (past.from === null) return `No ${one} yet: nothing was traced before. New ones appear here.`;
  return `No ${one} in the last ${span(past.to - past.from)}. New ones appear here.`;
}

function counted(number: number, [one, many]: TailProps["nouns"]): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
