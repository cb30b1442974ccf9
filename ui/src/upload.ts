import { signal } from "@preact/signals";
import type { Problem } from "../../src/dashboard/protocol/problem.ts";
import type { RecordingEntry } from "../../src/dashboard/protocol/recordings.ts";
import { fromWire } from "../../src/dashboard/protocol/wire.ts";

/** An upload in progress. */
export interface Sending {
  readonly name: string;
  /** Between 0 and 1. */
  readonly share: number;
  readonly stop: () => void;
}

export const sending = signal<Sending | null>(null);
export const uploadProblem = signal<Problem | null>(null);

/** Uploads a file. The upload continues on other pages. Null when it is refused or stopped. */
export function upload(file: File, maxBytes: number): Promise<RecordingEntry | null> {
  const { name, size } = file;
  uploadProblem.value = null;
  if (size > maxBytes) {
    uploadProblem.value = {
      code: "RECORDING_TOO_LARGE",
      message: `${name} is larger than ${maxBytes / 2 ** 30} GiB`,
      cure: "copy it to the machine that runs corelens, and start corelens with --recordings DIRECTORY",
    };
    return Promise.resolve(null);
  }
  // fetch() does not report progress.
  const request = new XMLHttpRequest();
  const show = (share: number): void => {
    sending.value = { name, share, stop: () => request.abort() };
  };
  show(0);
  return new Promise((resolve) => {
    request.upload.onprogress = ({ loaded }) => show(size === 0 ? 1 : loaded / size);
    request.onloadend = () => {
      sending.value = null;
      const answer = parse(request.responseText);
      if (request.status !== 201) uploadProblem.value = problemOf(request.status, name, answer);
      resolve(request.status === 201 ? (answer as RecordingEntry) : null);
    };
    request.onabort = () => {
      uploadProblem.value = null;
    };
    request.open("PUT", `/api/recordings/${encodeURIComponent(name)}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.send(file);
  });
}

function problemOf(status: number, name: string, answer: unknown): Problem {
  if (typeof answer === "object" && answer !== null && "code" in answer && "cure" in answer) {
    return answer as Problem;
  }
  const message =
    status === 0 ? "the connection ended during the upload" : `corelens answered ${status}`;
  return { code: "OUTPUT_GONE", message: `${name}: ${message}`, cure: "upload it again" };
}

function parse(text: string): unknown {
  try {
    return fromWire(JSON.parse(text));
  } catch {
    return null;
  }
}
