interface SuggestionsProps {
  readonly id: string;
  readonly names: readonly string[];
}

/** What an input may hold, for those who do not know it by heart. */
export function Suggestions({ id, names }: SuggestionsProps) {
  return (
    <datalist id={id}>
      {[...new Set(names)].map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}
