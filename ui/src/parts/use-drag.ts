import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { PlaybackState } from "../../../src/dashboard/protocol/playback.ts";
import { play } from "../live.ts";

/** Interval of commands while the handle is dragged: the interval of views. */
const SEND_MS = 500;
/** The first state after the handle was released may be older than the release. */
const STALE_STATES = 1;

interface Drag {
  /** The position of the handle, kept until the server has followed. */
  readonly position: number;
  readonly drag: (position: number) => void;
  readonly drop: (position: number) => void;
  /** Releases the handle at its position. */
  readonly release: () => void;
}

/** A handle that stays under the pointer while older states arrive from the server. */
export function useDrag(state: PlaybackState): Drag {
  const held = useSignal<number | null>(null);
  const sentAt = useRef(0);
  /** Number of states to ignore; null while the handle is held. */
  const stale = useRef<number | null>(null);
  useEffect(() => {
    if (stale.current === null || stale.current-- > 0) return;
    stale.current = null;
    held.value = null;
  }, [state]);
  const send = (position: number): void => {
    sentAt.current = performance.now();
    play({ position });
  };
  const drop = (position: number): void => {
    held.value = position;
    stale.current = STALE_STATES;
    send(position);
  };
  return {
    position: held.value ?? state.position,
    drag: (position) => {
      held.value = position;
      stale.current = null;
      if (performance.now() - sentAt.current > SEND_MS) send(position);
    },
    drop,
    release: () => {
      if (held.value !== null && stale.current === null) drop(held.value);
    },
  };
}
