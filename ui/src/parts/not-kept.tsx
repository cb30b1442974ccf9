import { clock } from "../format.ts";
import { status } from "../live.ts";
import { addressOf, go, open } from "../route.ts";
import { Link } from "./link.tsx";
import { Mark } from "./mark.tsx";

interface NotKeptProps {
  /** The object of the address: `Peer 99`. */
  readonly what: string;
  readonly why: string;
  /** Its choice in the address. */
  readonly name: string;
}

/** Replaces an object of the address that never existed or is no longer kept. */
export function NotKept({ what, why, name }: NotKeptProps) {
  const since = status.value?.stream.since;
  return (
    <div class="notice warning span-12" role="alert">
      <Mark status="warning" /> {what} is not available: {why}.
      {since !== undefined && ` Tracing began at ${clock(since)}.`} A{" "}
      <Link href={addressOf("/recordings")} onOpen={() => go("/recordings")}>
        recording
      </Link>{" "}
      of that time may contain it.{" "}
      <button type="button" class="plain" onClick={() => open({ [name]: null })}>
        Close
      </button>
    </div>
  );
}
