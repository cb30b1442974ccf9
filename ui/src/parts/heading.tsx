import { meaningOf } from "../../../src/text/glossary.ts";

interface HeadingProps {
  /** A label of the glossary has its meaning as tooltip. */
  readonly title: string;
  readonly class?: string;
}

/** The header of a column. */
export function Heading({ title, class: style }: HeadingProps) {
  return (
    <th class={style} title={meaningOf(title)}>
      {title}
    </th>
  );
}
