import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ShelvedRecording } from "../../../src/dashboard/recording-cache.ts";
import type { Problem } from "../../../src/errors.ts";
import { bytes, clock, count, date, percent, printable, span } from "../format.ts";
import { Absent, Panel } from "../parts/panel.tsx";
import { lookAt, lookedAt } from "../recording.ts";
import { addressOf, route } from "../route.ts";
import { sending, upload, uploadProblem } from "../upload.ts";

interface List {
  readonly recordings: readonly ShelvedRecording[];
  readonly omitted: number;
  readonly takesUploads: boolean;
  readonly maxBytes: number;
}

export function Recordings() {
  const list = useSignal<List | null>(null);
  const problem = useSignal<Problem | null>(null);
  const load = async (): Promise<void> => {
    try {
      const reply = await fetch("/api/recordings");
      const answer = await reply.json();
      problem.value = reply.ok ? null : answer;
      list.value = reply.ok ? answer : null;
    } catch {
      // The header says that corelens does not answer.
    }
  };
  useEffect(() => void load(), []);
  if (problem.value) return <Refused refusal={problem.value} />;
  if (!list.value) return <p class="waiting">Looking for recordings …</p>;
  const { recordings, omitted, takesUploads, maxBytes } = list.value;
  const send = async (file: File | undefined): Promise<void> => {
    if (!file || sending.value) return;
    const recording = await upload(file, maxBytes);
    if (recording && route.value.path === "/recordings") lookAt(recording.id);
  };
  return (
    <div class="grid">
      {takesUploads && <Loading send={send} maxBytes={maxBytes} />}
      <Panel title="Recordings" span={12}>
        {recordings.length === 0 ? (
          <NoneYet takesUploads={takesUploads} />
        ) : (
          <div class="scroll">
            <Table recordings={recordings} />
          </div>
        )}
        {recordings.some(({ isUpload }) => isUpload) && (
          <p class="key">
            What was loaded goes when corelens ends, or when another needs its place.
          </p>
        )}
        {omitted > 0 && <p class="key">{count(omitted)} more are not shown.</p>}
      </Panel>
    </div>
  );
}

function NoneYet({ takesUploads }: { readonly takesUploads: boolean }) {
  return (
    <Absent>
      There is none yet. <code>sudo corelens record node.corelens</code> records the node on this
      machine until Ctrl-C
      {takesUploads && "; load the file above"}. Started with <code>--recordings DIRECTORY</code>,
      corelens lists here what lies in it.
    </Absent>
  );
}

function Table({ recordings }: { readonly recordings: readonly ShelvedRecording[] }) {
  return (
    <table class="recordings">
      <thead>
        <tr>
          <th>name</th>
          <th>begins</th>
          <th class="number">lasts</th>
          <th class="number">size</th>
        </tr>
      </thead>
      <tbody>
        {recordings.map((recording) => (
          <Row key={recording.id} recording={recording} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ recording }: { readonly recording: ShelvedRecording }) {
  const { id, name, first, last, damage, isUpload } = recording;
  const isShown = lookedAt() === id;
  return (
    <tr aria-current={isShown ? "true" : undefined}>
      <td class="text">
        {first === null ? (
          printable(name)
        ) : (
          <a
            href={addressOf("/", { recording: id })}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              lookAt(id);
            }}
          >
            {printable(name)}
          </a>
        )}
        <small>
          {isShown && " shown now"}
          {isShown && isUpload && ","}
          {isUpload && " loaded"}
        </small>
        {damage && <p class="bad">{printable(damage)}</p>}
      </td>
      <td>{first === null ? "–" : `${date(first)}, ${clock(first)}`}</td>
      <td class="number">{first === null || last === null ? "–" : span(last - first)}</td>
      <td class="number">{bytes(recording.bytes)}</td>
    </tr>
  );
}

interface LoadingProps {
  readonly send: (file: File | undefined) => void;
  readonly maxBytes: number;
}

/** Where a file is chosen or let fall. */
function Loading({ send, maxBytes }: LoadingProps) {
  const isOver = useSignal(false);
  // Wherever on the page one lets it fall: elsewhere the browser would open it in place of the page.
  useEffect(() => {
    const over = (event: DragEvent): void => {
      event.preventDefault();
      isOver.value = event.type === "dragover";
      if (event.type === "drop") send(event.dataTransfer?.files[0]);
    };
    const types = ["dragover", "dragleave", "drop"] as const;
    for (const type of types) addEventListener(type, over);
    return () => {
      for (const type of types) removeEventListener(type, over);
    };
  });
  return (
    <Panel title="Load a recording" span={12}>
      <div class={isOver.value ? "drop over" : "drop"}>
        {sending.value ? (
          <Progress />
        ) : (
          <>
            <input
              id="recording-file"
              class="hidden"
              type="file"
              onChange={(event) => {
                send(event.currentTarget.files?.[0]);
                event.currentTarget.value = "";
              }}
            />
            <label for="recording-file" class="button">
              Choose a file
            </label>
            <span>
              or let one fall here: what <code>corelens record</code> wrote, up to{" "}
              {maxBytes / 2 ** 30} GiB. It goes to corelens alone.
            </span>
          </>
        )}
      </div>
      {uploadProblem.value && <Refused refusal={uploadProblem.value} />}
    </Panel>
  );
}

function Progress() {
  const { name, share, stop } = sending.value!;
  return (
    <>
      <progress max={1} value={share} aria-label={`Loading ${name}`} />
      <span>
        {printable(name)}: {share < 1 ? percent(share) : "is looked at"}
      </span>
      <button type="button" class="plain" onClick={stop}>
        Stop
      </button>
    </>
  );
}

function Refused({ refusal }: { readonly refusal: Problem }) {
  return (
    <div class="refused" role="alert">
      <p>
        <b>{refusal.code}</b> {printable(refusal.message)}
      </p>
      <p>→ {printable(refusal.cure)}</p>
    </div>
  );
}
