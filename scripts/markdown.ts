/** A row of a Markdown table. */
export function row(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |\n`;
}

export function code(text: string): string {
  return `\`${text}\``;
}
