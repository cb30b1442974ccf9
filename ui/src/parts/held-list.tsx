import "./held-list.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { count } from "../format.ts";

interface HeldListProps<Row> {
  /** As they are now. */
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /**
   * Of rows that come newest first: how many came before this one. It tells how many came while the list was held,
   * also when they were too many to be kept. Left out where rows are sorted otherwise.
   */
  readonly numberOf?: ((row: Row) => number) | undefined;
  /** The filter and order of the rows: when it changes, the list starts again. */
  readonly basis?: string | undefined;
  /** Draws the rows. */
  readonly children: (rows: readonly Row[]) => ComponentChildren;
}

/**
 * A list whose rows do not move while it is read: while the pointer is on it, something in it has the focus or is
 * selected, it is scrolled away from its top, something in it is open, or it is paused. A button counts the new rows and
 * shows them. Values in rows still change, unless the list is paused.
 */
export function HeldList<Row>({ rows, keyOf, numberOf, basis = "", children }: HeldListProps<Row>) {
  const whole = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const reading = useReading(whole, body);
  const shown = useRef<Shown<Row>>({ rows: [], basis, isHeld: false });
  const missed = useSignal(0);
  const { isPaused, isScrolled, isHeld } = reading;

  const before = shown.current;
  const hasRows = before.rows.length > 0 || (isPaused && before.isHeld);
  const isSame = before.basis === basis && !beganAnew(before.rows, rows, numberOf);
  const holds = isHeld && hasRows && isSame;
  const now = isPaused ? [] : rows;
  const held = holds ? heldRows(before.rows, now, keyOf, numberOf) : rows;
  shown.current = { rows: held, basis, isHeld };
  const fresh = holds ? freshRows(held, rows, keyOf, numberOf) : { came: 0, unkept: 0 };

  const show = (): void => {
    missed.value += fresh.unkept;
    shown.current = { rows, basis, isHeld: false };
    reading.release();
  };
  const isStopped = isPaused || isScrolled;
  return (
    <div class="held" ref={whole}>
      <div class="held-bar">
        <button type="button" onClick={isStopped ? show : reading.pause}>
          {isStopped ? "Resume" : "Pause"}
        </button>
        <span class="held-state">{isPaused ? "Paused" : holds ? "Held while you read" : ""}</span>
        {fresh.came > 0 && (
          <button type="button" class="pill" onClick={show}>
            +{count(fresh.came)} new
          </button>
        )}
      </div>
      <div ref={body} class="held-rows" {...reading.rows}>
        {children(held)}
      </div>
      {fresh.unkept > 0 && (
        <p class="losses">{count(fresh.unkept)} of the new ones are too many to be kept.</p>
      )}
      {missed.value > 0 && (
        <p class="losses">
          {count(missed.value)} came while the list stood still, and are not in it: they were too
          many to be kept.
        </p>
      )}
    </div>
  );
}

interface Shown<Row> {
  readonly rows: readonly Row[];
  readonly basis: string;
  readonly isHeld: boolean;
}

/** Whether rows are counted from the beginning again, as when a recording is played from an earlier time. */
function beganAnew<Row>(
  [before]: readonly Row[],
  [now]: readonly Row[],
  numberOf: ((row: Row) => number) | undefined,
): boolean {
  if (numberOf === undefined || before === undefined || now === undefined) return false;
  return numberOf(now) < numberOf(before);
}

/** The rows that were shown, as they are now; behind them those that are older, which move none. */
function heldRows<Row>(
  held: readonly Row[],
  rows: readonly Row[],
  keyOf: (row: Row) => string | number,
  numberOf: ((row: Row) => number) | undefined,
): readonly Row[] {
  const now = new Map(rows.map((row) => [keyOf(row), row]));
  const same = held.map((row) => now.get(keyOf(row)) ?? row);
  const last = held.at(-1);
  if (numberOf === undefined || last === undefined) return same;
  return [...same, ...rows.filter((row) => numberOf(row) < numberOf(last))];
}

/** How many rows came since, and how many of them are not there any more. */
function freshRows<Row>(
  held: readonly Row[],
  rows: readonly Row[],
  keyOf: (row: Row) => string | number,
  numberOf: ((row: Row) => number) | undefined,
): { readonly came: number; readonly unkept: number } {
  const known = new Set(held.map(keyOf));
  const kept = rows.filter((row) => !known.has(keyOf(row))).length;
  const [newest] = rows;
  const [top] = held;
  if (!numberOf || newest === undefined || top === undefined) return { came: kept, unkept: 0 };
  const came = Math.max(kept, numberOf(newest) - numberOf(top));
  return { came, unkept: came - kept };
}

interface Place {
  readonly current: HTMLElement | null;
}

/**
 * Whether the content of an element is read.
 * @param whole the element with its buttons; the pointer moves between these and the rows
 */
function useReading(whole: Place, body: Place) {
  const isPointed = useSignal(false);
  const isFocused = useSignal(false);
  const isSelected = useSignal(false);
  const isScrolled = useSignal(false);
  const isPaused = useSignal(false);
  const scroller = useRef<HTMLElement | null>(null);
  const releases = useSignal(0);

  useEffect(() => {
    const select = (): void => {
      const selection = getSelection();
      isSelected.value =
        selection?.type === "Range" && body.current?.contains(selection.anchorNode) === true;
    };
    // It is the pointer that moves: a list that came to lie under it is not read yet, and one that was moved away from
    // under it by what stands above still is. A finger that was lifted points at nothing.
    const point = ({ target, pointerType }: PointerEvent): void => {
      isPointed.value = pointerType === "mouse" && whole.current?.contains(target as Node) === true;
    };
    const leave = (): void => {
      isPointed.value = false;
    };
    document.addEventListener("selectionchange", select);
    document.addEventListener("pointermove", point);
    document.documentElement.addEventListener("pointerleave", leave);
    return () => {
      document.removeEventListener("selectionchange", select);
      document.removeEventListener("pointermove", point);
      document.documentElement.removeEventListener("pointerleave", leave);
    };
  }, []);

  // Who shows what is new while the pointer stays draws the list anew, too.
  void releases.value;
  return {
    isPaused: isPaused.value,
    isScrolled: isScrolled.value,
    isHeld:
      isPaused.value || isScrolled.value || isPointed.value || isFocused.value || isSelected.value,
    pause: (): void => {
      isPaused.value = true;
    },
    /** Ends every reason that can be ended. */
    release: (): void => {
      isPaused.value = false;
      isScrolled.value = false;
      scroller.current?.scrollTo({ top: 0 });
      if (isSelected.value) getSelection()?.removeAllRanges();
      releases.value++;
    },
    rows: {
      onFocusIn: (): void => {
        isFocused.value = true;
      },
      onFocusOut: (): void => {
        isFocused.value = false;
      },
      onScrollCapture: ({ target }: Event): void => {
        const element = target as HTMLElement;
        scroller.current = element;
        isScrolled.value = element.scrollTop > 0;
      },
      /** Opening something is reading it, wherever the pointer goes. */
      onToggleCapture: ({ target }: Event): void => {
        if (target instanceof HTMLDetailsElement && target.open) isPaused.value = true;
      },
    },
  };
}
