import "./held-list.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { count } from "../format.ts";
import { nextList, type Shown } from "./held-rows.ts";

interface HeldListProps<Row> {
  /** As they are now. */
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /**
   * For rows that come newest first: the number of rows that came before this one. From it follows how many came while
   * the list was held, even if not all of them were kept. Omitted for rows in another order.
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

  const list = nextList(shown.current, { rows, basis, isHeld, isPaused }, keyOf, numberOf);
  shown.current = { rows: list.rows, basis, isHeld };

  const show = (): void => {
    missed.value += list.unkept;
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
        <span class="held-state">
          {isPaused ? "Paused" : list.holds ? "Held while you read" : ""}
        </span>
        {list.came > 0 && (
          <button type="button" class="pill" onClick={show}>
            +{count(list.came)} new
          </button>
        )}
      </div>
      <div ref={body} class="held-rows" {...reading.rows}>
        {children(list.rows)}
      </div>
      {list.unkept > 0 && (
        <p class="losses">
          {count(list.unkept)} of the new rows were dropped: too many came while the list was held.
        </p>
      )}
      {missed.value > 0 && (
        <p class="losses">
          {count(missed.value)} rows are missing: too many came while the list was held.
        </p>
      )}
    </div>
  );
}

interface ElementRef {
  readonly current: HTMLElement | null;
}

/**
 * Whether the content of an element is read.
 * @param whole the element with its buttons; the pointer moves between these and the rows
 */
function useReading(whole: ElementRef, body: ElementRef) {
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
    // Only a move of the pointer counts, not a move of the list: a layout change above it neither starts nor ends
    // reading. A finger that was lifted does not point at anything.
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

  // Showing new rows redraws the list, also while the pointer stays on it.
  void releases.value;
  return {
    isPaused: isPaused.value,
    isScrolled: isScrolled.value,
    isHeld:
      isPaused.value || isScrolled.value || isPointed.value || isFocused.value || isSelected.value,
    pause: (): void => {
      isPaused.value = true;
    },
    /** Ends pause, scroll and selection. The pointer and the focus stay where they are. */
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
      /** An opened message is read, wherever the pointer goes. */
      onToggleCapture: ({ target }: Event): void => {
        if (target instanceof HTMLDetailsElement && target.open) isPaused.value = true;
      },
    },
  };
}
