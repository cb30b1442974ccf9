import { clock } from "../format.ts";
import { status } from "../live.ts";
import { addressOf, go, open } from "../route.ts";
import { Link } from "./link.tsx";
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
      <Link href={addressOf("/recordings")} onOpen={() => go("/recordings")}>
        recording
      </Link>{" "}
      of that time may have it.{" "}
      <button type="button" class="plain" onClick={() => open({ [name]: null })}>
        Close
      </button>
    </div>
  );
}
