import { gone, hello } from "../live.ts";
import { showLive } from "../recording.ts";
import { addressOf, route } from "../route.ts";
import { Link } from "./link.tsx";
import { Mark } from "./mark.tsx";

/** The name of the recording that is shown, and a link back to the live subject. */
export function RecordingBadge() {
  const recording = hello.value?.subject.recording;
  return (
    <>
      <span class="badge recording" title={recording?.name}>
        recording {recording?.name}
      </span>
      {recording && <BackLink isHome={recording.home === "recording"} />}
    </>
  );
}

/** Replaces a page whose recording cannot be shown. */
export function Gone() {
  if (!gone.value) return null;
  const { code, message, cure } = gone.value;
  return (
    <div class="notice problem" role="alert">
      <p>
        <Mark status="problem" /> <b>{code}</b> {message}. {cure}.
      </p>
      <p>
        <BackLink isHome={false} />
      </p>
    </div>
  );
}

function BackLink({ isHome }: { readonly isHome: boolean }) {
  return (
    <Link href={addressOf(route.value.path, { recording: null })} onOpen={() => showLive()}>
      {isHome ? "back" : "back to the node"}
    </Link>
  );
}
