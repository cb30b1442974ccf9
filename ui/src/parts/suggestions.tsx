interface SuggestionsProps {
  readonly id: string;
  readonly names: readonly string[];
}

/** Values that an input suggests. */
export function Suggestions({ id, names }: SuggestionsProps) {
  return (
    <datalist id={id}>
      {[...new Set(names)].map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}
