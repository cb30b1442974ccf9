import "./recordings.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Problem } from "../../../src/dashboard/protocol/problem.ts";
import type {
  RecordingEntry,
  RecordingList,
  SavedAnswer,
} from "../../../src/dashboard/protocol/recordings.ts";
import { type ApiAnswer, fetchJson } from "../fetch-json.ts";
import { bytes, clock, count, date, percent, printable, span } from "../format.ts";
import { Link } from "../parts/link.tsx";
import { Absent, Panel } from "../parts/panel.tsx";
import { column, Table, type TableColumn } from "../parts/table.tsx";
import { openRecording, showRecording } from "../recording.ts";
import { addressOf, route } from "../route.ts";
import { sending, upload, uploadProblem } from "../upload.ts";

export function Recordings() {
  const list = useSignal<RecordingList | null>(null);
  const problem = useSignal<Problem | null>(null);
  const load = async (): Promise<void> => {
    const answer = await fetchJson<RecordingList>("/api/recordings");
    if (answer === null) return;
    list.value = "value" in answer ? answer.value : null;
    problem.value = "problem" in answer ? answer.problem : null;
  };
  useEffect(() => void load(), []);
  if (problem.value) return <Refused refusal={problem.value} />;
  if (!list.value) return <p class="waiting">Loading the list of recordings …</p>;
  const { recordings, omitted, takesUploads, maxBytes } = list.value;
  const send = async (file: File | undefined): Promise<void> => {
    if (!file || sending.value) return;
    const recording = await upload(file, maxBytes);
    if (recording && route.value.path === "/recordings") showRecording(recording.id);
  };
  return (
    <div class="grid">
      {takesUploads && <Upload send={send} maxBytes={maxBytes} />}
      <Panel title="Recordings" span={12}>
        {recordings.length === 0 ? (
          <NoneYet takesUploads={takesUploads} />
        ) : (
          <Table
            class="recordings"
            columns={COLUMNS}
            rows={recordings}
            keyOf={({ id }) => id}
            isCurrent={({ id }) => openRecording() === id}
          />
        )}
        {takesUploads && recordings.some(({ isFlight }) => isFlight) && <SaveLast onSaved={load} />}
        {recordings.some(({ isUpload }) => isUpload) && (
          <p class="key">
            corelens deletes uploads when it ends, and old ones when a newer upload needs their
            space.
          </p>
        )}
        {omitted > 0 && <p class="key">{count(omitted)} more recordings are not listed.</p>}
      </Panel>
    </div>
  );
}

/** Saves the last minutes, before they are deleted. */
function SaveLast({ onSaved }: { readonly onSaved: () => Promise<void> }) {
  const answer = useSignal<ApiAnswer<SavedAnswer>>(null);
  const save = async (): Promise<void> => {
    answer.value = await fetchJson<SavedAnswer>("/api/recordings/last", "POST");
    await onSaved();
  };
  const saved = answer.value;
  return (
    <>
      <p class="key">
        <button type="button" onClick={() => void save()}>
          Save the last 10 minutes
        </button>{" "}
        flight has the last hours: its oldest events are deleted when their space is needed. Saved
        recordings stay until <code>corelens recordings delete NAME</code>.
        <span role="status">{saved && "value" in saved && ` Saved as ${saved.value.name}.`}</span>
      </p>
      {saved && "problem" in saved && <Refused refusal={saved.problem} />}
    </>
  );
}

function NoneYet({ takesUploads }: { readonly takesUploads: boolean }) {
  return (
    <Absent>
      No recordings yet. To record the node on this machine, run{" "}
      <code>sudo corelens record node.corelens</code> and end it with Ctrl-C
      {takesUploads && "; then upload the file above"}. To list a directory of recordings here,
      start corelens with <code>--recordings DIRECTORY</code>.
    </Absent>
  );
}

const COLUMNS: readonly TableColumn<RecordingEntry>[] = [
  column("text", "name", (recording) => <Name {...recording} />),
  column("text", "start", ({ first }) =>
    first === null ? "–" : `${date(first)}, ${clock(first)}`,
  ),
  column("number", "duration", ({ first, last }) =>
    first === null || last === null ? "–" : span(last - first),
  ),
  column("number", "size", (recording) => bytes(recording.bytes)),
];

function Name({ id, name, first, damage, isUpload }: RecordingEntry) {
  const isShown = openRecording() === id;
  return (
    <>
      {first === null ? (
        printable(name)
      ) : (
        <Link href={addressOf("/", { recording: id })} onOpen={() => showRecording(id)}>
          {printable(name)}
        </Link>
      )}
      <small>
        {isShown && " open"}
        {isShown && isUpload && ","}
        {isUpload && " uploaded"}
      </small>
      {damage && <p class="bad">{printable(damage)}</p>}
    </>
  );
}

interface UploadProps {
  readonly send: (file: File | undefined) => void;
  readonly maxBytes: number;
}

/** Uploads a file that the user chooses or drops. */
function Upload({ send, maxBytes }: UploadProps) {
  const isOver = useSignal(false);
  // Files can be dropped anywhere on the page: the browser would open them in its place.
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
    <Panel title="Upload a recording" span={12}>
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
              or drop it here: a file of <code>corelens record</code> with at most{" "}
              {maxBytes / 2 ** 30} GiB. It stays on the server of this dashboard.
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
      <progress max={1} value={share} aria-label={`Uploading ${name}`} />
      <span>
        {printable(name)}: {share < 1 ? percent(share) : "checking"}
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
