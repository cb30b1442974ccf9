import { MARK_PARTS } from "../../../src/dashboard/marks.ts";
import type { PlaybackState } from "../../../src/dashboard/playback.ts";
import { SPEEDS } from "../../../src/dashboard/speeds.ts";
import { clock, date, span } from "../format.ts";
import { play, playback } from "../live.ts";
import { Choice } from "./choice.tsx";
import { useDrag } from "./use-drag.ts";

const CHOICES = SPEEDS.map((speed) => [String(speed), `${speed}×`] as const);

/** What is behind by more than this is being read on. */
const BEHIND_MS = 2000;

/** To go to and fro in a recording, for everybody who looks at it. */
export function Player() {
  return playback.value && <Controls state={playback.value} />;
}

function Controls({ state }: { readonly state: PlaybackState }) {
  const { first, last, told, speed, isPlaying, damage, marks } = state;
  const { position, drag, drop, release } = useDrag(state);
  const isBehind = position - told > BEHIND_MS * speed;
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
        label="Recorded seconds in a second"
        options={CHOICES}
        value={String(speed)}
        onChoose={(value) => play({ speed: Number(value) })}
      />
      <span role="status">{isBehind && `loading, at ${clock(told)}`}</span>
      {/* On a line of its own: nothing that comes and goes beside it moves it under the pointer. */}
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
      {damage && <span class="bad">The recording cannot be read further: {damage}</span>}
    </div>
  );
}

/** Blocks, losses and ends of the node, as far as the recording was read. */
function Marks({ marks }: Pick<PlaybackState, "marks">) {
  return (
    <svg
      class="marks"
      viewBox={`0 0 ${MARK_PARTS} 10`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {(["block", "ended", "lost"] as const).map((mark) => (
        <path
          key={mark}
          class={mark}
          d={marks[mark].map((part) => `M${part + 0.5} 0V10`).join("")}
        />
      ))}
    </svg>
  );
}
