import "./player.css";
import {
  MARK_PARTS,
  MARKS,
  type PlaybackState,
  SPEEDS,
} from "../../../src/dashboard/protocol/playback.ts";
import { clock, date, span } from "../format.ts";
import { play, playback } from "../live.ts";
import { Choice } from "./choice.tsx";
import { useDrag } from "./use-drag.ts";

const CHOICES = SPEEDS.map((speed) => [String(speed), `${speed}×`] as const);

/** With a longer delay, the player shows that it is loading. */
const BEHIND_MS = 2000;

/** Controls of the playback, which is the same for all viewers. */
export function Player() {
  return playback.value && <Controls state={playback.value} />;
}

function Controls({ state }: { readonly state: PlaybackState }) {
  const { first, last, readUntil, knownFrom, speed, isPlaying, damage, marks } = state;
  const { position, drag, drop, release } = useDrag(state);
  const isBehind = position - readUntil > BEHIND_MS * speed;
  return (
    <div class="player">
      <button type="button" onClick={() => play({ isPlaying: !isPlaying })}>
        {isPlaying ? "Pause" : "Play"}
      </button>
      <time>
        <b>{clock(position)}</b> <span class="date">{date(position)}</span>
      </time>
      <span>
        {span(position - first)} of {span(last - first)}
      </span>
      <Choice
        label="Speed"
        options={CHOICES}
        value={String(speed)}
        onChoose={(value) => play({ speed: Number(value) })}
      />
      <span role="status">{isBehind && `loading, read until ${clock(readUntil)}`}</span>
      {/* A line of its own: changing texts beside the slider would move it under the pointer. */}
      <div class="track">
        <input
          type="range"
          aria-label="Time in the recording"
          aria-valuetext={`${clock(position)}, ${span(position - first)} of ${span(last - first)}`}
          min={first}
          max={last}
          step="any"
          value={position}
          onInput={(event) => drag(Number(event.currentTarget.value))}
          onChange={(event) => drop(Number(event.currentTarget.value))}
          onPointerUp={release}
          onPointerCancel={release}
        />
        <Marks marks={marks} />
      </div>
      {knownFrom !== null && (
        <span class="known">
          The pages show what happened since {clock(knownFrom)}. Peers, blocks and transactions from
          before that are missing.
        </span>
      )}
      {damage && <span class="bad">The recording cannot be read further: {damage}</span>}
    </div>
  );
}

/** Marks of blocks, losses and ends of the node, as far as the recording was read. */
function Marks({ marks }: Pick<PlaybackState, "marks">) {
  return (
    <svg
      class="marks"
      viewBox={`0 0 ${MARK_PARTS} 10`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {MARKS.map((mark) => (
        <path
          key={mark}
          class={mark}
          d={marks[mark].map((part) => `M${part + 0.5} 0V10`).join("")}
        />
      ))}
    </svg>
  );
}
