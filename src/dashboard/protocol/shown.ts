import type { View, ViewDocument } from "./messages.ts";
import { type Json, PatchError, patched } from "./patch.ts";

/** The document that a page shows, as its messages made it. */
export interface Shown extends Pick<View, "section" | "number"> {
  readonly document: ViewDocument;
}

/** What a page shows after a message; null when it lacks the document that the message changes, and needs a whole one. */
export function shownAfter(before: Shown | null, view: View): Shown | null {
  const { section, number, document, patch, base } = view;
  if (document) return { section, number, document };
  if (before?.section !== section || before.number !== (base ?? number)) return null;
  if (!patch) return before;
  try {
    const after = patched(before.document as unknown as Json, patch);
    return { section, number, document: after as unknown as ViewDocument };
  } catch (error) {
    if (error instanceof PatchError) return null;
    throw error;
  }
}
