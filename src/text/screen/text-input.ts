import { cut, plain } from "./cells.ts";
import type { Key } from "./screen-tool.ts";

const LONGEST = 500;

/** A line that is being typed. */
export class TextInput {
  text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** `filter: network == "on_`; of a long text its end, which is where it is typed. */
  line(name: string, columns: number): string {
    const head = `${name}: `;
    const room = Math.max(1, columns - head.length - 1);
    return cut(`${head}${plain(this.text).slice(-room)}_`, columns);
  }

  /** @returns whether it is done: `done` with the text, `cancelled` without; null while it goes on */
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
    if (key.length === 1 && this.text.length < LONGEST) this.text += key;
    return null;
  }
}
