/** Of what something is asked: a recording, or what is live. The same wherever it is asked. */
export interface Which {
  readonly recording?: string;
}

export const OF = {
  recording: { type: "string", description: "Of /api/recordings; what is live when left out" },
} as const;

export const WHICH = { type: "object", properties: OF } as const;
