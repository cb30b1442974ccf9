import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { PlaybackState } from "../../../src/dashboard/protocol/playback.ts";
import { play } from "../live.ts";

/** While one drags, the server is told as often as it shows anything. */
const TELL_MS = 500;
/** The first state that comes after the handle was let go may have been sent before it. */
const STALE_STATES = 1;

interface Drag {
  /** Where the handle is: where one has it, until the server has followed. */
  readonly position: number;
  readonly drag: (position: number) => void;
  readonly drop: (position: number) => void;
  /** Lets go where the handle is. */
  readonly release: () => void;
}

/** A handle that stays under the pointer, whatever the server says meanwhile. */
export function useDrag(state: PlaybackState): Drag {
  const held = useSignal<number | null>(null);
  const toldAt = useRef(0);
  /** States to come until the server is believed again; null while the handle is held. */
  const stale = useRef<number | null>(null);
  useEffect(() => {
    if (stale.current === null || stale.current-- > 0) return;
    stale.current = null;
    held.value = null;
  }, [state]);
  const tell = (position: number): void => {
    toldAt.current = performance.now();
    play({ position });
  };
  const drop = (position: number): void => {
    held.value = position;
    stale.current = STALE_STATES;
    tell(position);
  };
  return {
    position: held.value ?? state.position,
    drag: (position) => {
      held.value = position;
      stale.current = null;
      if (performance.now() - toldAt.current > TELL_MS) tell(position);
    },
    drop,
    release: () => {
      if (held.value !== null && stale.current === null) drop(held.value);
    },
  };
}
