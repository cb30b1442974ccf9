import type { View, ViewDocument } from "./messages.ts";
import { type Json, PatchError, patched } from "./patch.ts";

/** The document that a page shows, as its messages made it. */
export interface Shown extends Pick<View, "section" | "number"> {
  readonly document: ViewDocument;
}

/** What a page shows after a message; null when it lacks the document that the message changes, and needs a whole one. */
export function shownAfter(before: Shown | null, view: View): Shown | null {
  const { section, number, document, patch, base } = view;
  const isKnown = before?.section === section && before.number === (base ?? number);
  const former = document ?? (isKnown ? before.document : null);
  if (former === null) return null;
  if (!patch) return { section, number, document: former };
  try {
    const after = patched(former as unknown as Json, patch);
    return { section, number, document: after as unknown as ViewDocument };
  } catch (error) {
    if (error instanceof PatchError) return null;
    throw error;
  }
}
