/** The subject of a request: a recording, or the live one when omitted. */
export interface RecordingParameter {
  readonly recording?: string;
}

export const RECORDING_PROPERTY = {
  recording: {
    type: "string",
    description: "The id of a recording in /api/recordings; the live subject when omitted",
  },
} as const;

export const RECORDING_QUERY = { type: "object", properties: RECORDING_PROPERTY } as const;
