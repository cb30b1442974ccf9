import "./choice.css";

interface ChoiceProps<Value extends string> {
  /** What is chosen. */
  readonly label: string;
  readonly options: readonly (readonly [value: Value, text: string])[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}

/** One of a few. */
export function Choice<Value extends string>({
  label,
  options,
  value,
  onChoose,
}: ChoiceProps<Value>) {
  return (
    <fieldset class="choice">
      <legend class="hidden">{label}</legend>
      {options.map(([each, text]) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === value}
          onClick={() => onChoose(each)}
        >
          {text}
        </button>
      ))}
    </fieldset>
  );
}
