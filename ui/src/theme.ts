import { effect, signal } from "@preact/signals";

type Theme = "light" | "dark";

const preference = matchMedia("(prefers-color-scheme: dark)");

function stored(): Theme | null {
  const value = localStorage.getItem("theme");
  return value === "light" || value === "dark" ? value : null;
}

/** The theme of the system until the user chooses one. */
export const theme = signal<Theme>(stored() ?? (preference.matches ? "dark" : "light"));

preference.addEventListener("change", ({ matches }) => {
  if (stored() === null) theme.value = matches ? "dark" : "light";
});

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

export function toggleTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  localStorage.setItem("theme", theme.value);
}
