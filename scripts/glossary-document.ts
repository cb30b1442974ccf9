import { GLOSSARY } from "#src/text/glossary.js";
import { row } from "./markdown.ts";

const INTRO = `# Glossary

The words of the pages, tools and documents. The pages show the same meanings as tooltips of figures and table headers.
`;

/** docs/glossary.md, from the table of terms. */
export function glossaryDocument(): string {
  const topics = GLOSSARY.map(({ title, terms }) => {
    const rows = terms.map(({ name, labels = [], meaning, unit = "" }) =>
      row([[name, ...labels].join(", "), meaning, unit]),
    );
    return `\n## ${title}\n\n| term | meaning | unit |\n|---|---|---|\n${rows.join("")}`;
  });
  return INTRO + topics.join("");
}
