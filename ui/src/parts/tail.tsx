import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { count, fineClock } from "../format.ts";
import { follow, refusal, type TailEvent, type TailWish } from "../live.ts";
import { Refused } from "./refused.tsx";

/** Lines that are kept to be looked at. */
const MOST_LINES = 300;

interface Shown {
  readonly lines: readonly { readonly key: number; readonly event: TailEvent }[];
  readonly matched: number;
  readonly skipped: number;
  readonly untested: number;
}

const NOTHING: Shown = { lines: [], matched: 0, skipped: 0, untested: 0 };
const shown = signal<Shown>(NOTHING);
const isPaused = signal(false);
let key = 0;

/** Lets no line move while somebody reads. */
export function pauseTail(): void {
  isPaused.value = true;
}

interface TailProps {
  /** Null shows nothing. */
  readonly wish: TailWish | null;
  /** How an event is written, behind its time. */
  readonly line: (event: TailEvent) => ComponentChildren;
}

/** Events as they come, newest first. */
export function Tail({ wish, line }: TailProps) {
  const asked = JSON.stringify(wish);
  useEffect(() => {
    shown.value = NOTHING;
    isPaused.value = false;
    follow(wish, ({ events, counts }) => {
      if (isPaused.value) return;
      const added = events.map((event) => ({ key: key++, event })).reverse();
      const { lines, matched, skipped, untested } = shown.value;
      shown.value = {
        lines: [...added, ...lines].slice(0, MOST_LINES),
        matched: matched + counts.matched,
        skipped: skipped + counts.skipped,
        untested: untested + counts.untested,
      };
    });
    return () => follow(null);
  }, [asked]);

  if (refusal.value) return <Refused />;
  const { lines, matched, skipped, untested } = shown.value;
  return (
    <>
      <p class="tally">
        <button type="button" class="plain" onClick={() => (isPaused.value = !isPaused.value)}>
          {isPaused.value ? "Go on" : "Pause"}
        </button>
        <b>{count(matched)}</b> events
        {skipped > 0 && <>, {count(skipped)} of them came too fast to be shown</>}
        {untested > 0 && <>; {count(untested)} more were not tested against the query</>}
      </p>
      <ol class="tail" aria-label="Events, newest first">
        {lines.map(({ key, event }) => (
          <li key={key}>
            <time>{fineClock(event.time)}</time>
            {line(event)}
          </li>
        ))}
      </ol>
    </>
  );
}
