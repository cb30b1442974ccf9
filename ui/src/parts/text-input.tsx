import type { JSX } from "preact";

interface TextInputProps
  extends Omit<JSX.IntrinsicElements["input"], "onInput" | "value" | "ref" | "type"> {
  readonly type?: "text" | "search";
  /** The text before it. */
  readonly caption?: string;
  readonly captionClass?: string;
  readonly labelClass?: string;
  readonly value: string;
  readonly onText: (text: string) => void;
}

/** An input of a query: the browser neither corrects nor completes it. */
export function TextInput(props: TextInputProps) {
  const { onText, type = "text", caption, captionClass, labelClass, ...rest } = props;
  const input = (
    <input
      {...rest}
      type={type}
      spellcheck={false}
      autocomplete="off"
      onInput={(event) => onText(event.currentTarget.value)}
    />
  );
  if (caption === undefined) return input;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: it contains the input
    <label class={labelClass}>
      <span class={captionClass}>{caption}</span>
      {input}
    </label>
  );
}
