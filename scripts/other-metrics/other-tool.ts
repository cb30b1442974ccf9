/** Another tool's metrics and their equals in corelens. */
export interface OtherTool {
  readonly tool: string;
  /** What its metrics' names here leave out. */
  readonly from: string;
  /** `*` stands for the parts of a name that a row's metrics share. `ours` is empty where there is no equal; `note` says why. */
  readonly rows: readonly (readonly [theirs: string, ours: string, note?: string])[];
}
