/** Another tool's metrics and their equivalents in corelens. */
export interface OtherTool {
  readonly tool: string;
  /** The prefix that the table omits from the names. */
  readonly from: string;
  /** `*` matches any part of a name. `ours` is empty if there is no equivalent; `note` is the reason. */
  readonly rows: readonly (readonly [theirs: string, ours: string, note?: string])[];
}
