import "./header.css";
import { clock, count, short } from "../format.ts";
import { hello, status } from "../live.ts";
import { choose, range } from "../route.ts";
import { theme, toggleTheme } from "../theme.ts";
import { Choice } from "./choice.tsx";
import { RecordingBadge } from "./recording-badge.tsx";

const RANGES = [
  ["5m", "5 min"],
  ["1h", "1 h"],
  ["24h", "24 h"],
  ["7d", "7 d"],
  ["90d", "90 d"],
] as const;

interface HeaderProps {
  readonly title: string;
  /** Whether the page has charts over time. */
  readonly charts: boolean;
}

export function Header({ title, charts }: HeaderProps) {
  const isDark = theme.value === "dark";
  return (
    <header class="top">
      <h1>{title}</h1>
      <Facts />
      {charts && (
        <Choice
          label="Time range of the charts"
          options={RANGES}
          value={range()}
          onChoose={(name) => choose("range", name === "5m" ? null : name)}
        />
      )}
      <button type="button" class="plain" onClick={toggleTheme}>
        {isDark ? "Light" : "Dark"}
      </button>
    </header>
  );
}

/** The subject of the dashboard and its newest numbers. */
function Facts() {
  const now = status.value;
  const subject = hello.value?.subject;
  return (
    <div class="facts">
      {subject?.kind === "simulation" && <span class="badge">simulated node</span>}
      {subject?.kind === "recording" && <RecordingBadge />}
      {hello.value?.isPrivate && <span class="badge">addresses hidden</span>}
      {now?.height != null && (
        <span>
          block <b>{count(now.height)}</b>
        </span>
      )}
      {now && (
        <span>
          <b>{short(now.eventRate)}</b> events/s
        </span>
      )}
      {now && (
        <span class="now">
          <b>{clock(now.now)}</b>
        </span>
      )}
    </div>
  );
}
