import { cut, plain } from "./cells.ts";
import type { Key } from "./screen-tool.ts";

const MAX_LENGTH = 500;

/** A line that the user types. */
export class TextInput {
  text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** `filter: network == "on_`; for a long text its end, where the user types. */
  line(name: string, columns: number): string {
    const head = `${name}: `;
    const room = Math.max(1, columns - head.length - 1);
    return cut(`${head}${plain(this.text).slice(-room)}_`, columns);
  }

  /** @returns `done` when the text is entered, `cancelled` when it is dropped; null while the user types */
  key(key: Key): "done" | "cancelled" | null {
    switch (key) {
      case "return":
      case "enter":
        return "done";
      case "escape":
        return "cancelled";
      case "backspace":
        this.text = this.text.slice(0, -1);
        return null;
      case "ctrl-u":
        this.text = "";
        return null;
    }
    if (key.length === 1 && this.text.length < MAX_LENGTH) this.text += key;
    return null;
  }
}
