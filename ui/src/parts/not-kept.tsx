import { clock } from "../format.ts";
import { status } from "../live.ts";
import { addressOf, go, open } from "../route.ts";
import { Mark } from "./mark.tsx";

interface NotKeptProps {
  /** What the address asks for: `Peer 99`. */
  readonly what: string;
  readonly why: string;
  /** The choice that asks for it. */
  readonly name: string;
}

/** In place of an object that an address asks for and that is not there, or not any more. */
export function NotKept({ what, why, name }: NotKeptProps) {
  const since = status.value?.stream.since;
  return (
    <div class="notice warning span-12" role="alert">
      <Mark status="warning" /> {what} is not known here: {why}
      {since !== undefined && `, watching since ${clock(since)}`}. A{" "}
      <a
        href={addressOf("/recordings")}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          go("/recordings");
        }}
      >
        recording
      </a>{" "}
      of that time may have it.{" "}
      <button type="button" class="plain" onClick={() => open({ [name]: null })}>
        Close
      </button>
    </div>
  );
}
