import { clock, span } from "../format.ts";
import { play, playback } from "../live.ts";
import { Choice } from "./choice.tsx";

const SPEEDS = [
  ["1", "1×"],
  ["5", "5×"],
  ["20", "20×"],
  ["100", "100×"],
] as const;

/** To go to and fro in a recording, for everybody who looks at it. */
export function Player() {
  if (!playback.value) return null;
  const { first, last, position, speed, isPlaying, damage } = playback.value;
  return (
    <div class="player">
      <button type="button" onClick={() => play({ isPlaying: !isPlaying })}>
        {isPlaying ? "Pause" : "Play"}
      </button>
      <input
        type="range"
        aria-label="Time in the recording"
        aria-valuetext={clock(position)}
        min={first}
        max={last}
        step="any"
        value={position}
        onChange={(event) => play({ position: Number(event.currentTarget.value) })}
      />
      <span>
        {span(position - first)} of {span(last - first)}
      </span>
      <Choice
        label="Recorded seconds in a second"
        options={SPEEDS}
        value={String(speed) as (typeof SPEEDS)[number][0]}
        onChoose={(value) => play({ speed: Number(value) })}
      />
      {damage && <span class="bad">The recording cannot be read on: {damage}</span>}
    </div>
  );
}
