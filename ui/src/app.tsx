import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { type PagePath, pageOf } from "../../src/dashboard/page-paths.ts";
import type { Section } from "../../src/model/node-model.ts";
import { clock, count, printable, short } from "./format.ts";
import { connection, hello, showSection, status, viewOf } from "./live.ts";
import { Blocks } from "./pages/blocks.tsx";
import { Coins } from "./pages/coins.tsx";
import { Mempool } from "./pages/mempool.tsx";
import { Network } from "./pages/network.tsx";
import { Overview } from "./pages/overview.tsx";
import { Peers } from "./pages/peers.tsx";
import { Recordings } from "./pages/recordings.tsx";
import { Setup } from "./pages/setup.tsx";
import { Tracepoints } from "./pages/tracepoints.tsx";
import { Wallet } from "./pages/wallet.tsx";
import { Choice } from "./parts/choice.tsx";
import { Mark } from "./parts/mark.tsx";
import { Player } from "./parts/player.tsx";
import { Gone, RecordingBadge } from "./parts/recording-badge.tsx";
import { addressOf, choose, go, range, route } from "./route.ts";
import { appState, isUntraced } from "./state.ts";
import { theme, toggleTheme } from "./theme.ts";

interface Page {
  readonly title: string;
  readonly section: Section;
  readonly view: ComponentType;
  /** Whether it has charts over time. */
  readonly charts: boolean;
}

const PAGES: Readonly<Record<PagePath, Page>> = {
  "/": { title: "Overview", section: "overview", view: Overview, charts: true },
  "/peers": { title: "Peers", section: "peers", view: Peers, charts: false },
  "/network": { title: "Network", section: "network", view: Network, charts: false },
  "/blocks": { title: "Blocks", section: "blocks", view: Blocks, charts: true },
  "/mempool": { title: "Mempool", section: "mempool", view: Mempool, charts: true },
  "/coins": { title: "Coins", section: "coins", view: Coins, charts: true },
  "/wallet": { title: "Wallet", section: "wallet", view: Wallet, charts: true },
  "/tracepoints": {
    title: "Tracepoints",
    section: "tracepoints",
    view: Tracepoints,
    charts: false,
  },
  // It shows nothing of the picture, but the header over it does.
  "/recordings": { title: "Recordings", section: "wallet", view: Recordings, charts: false },
};

export function App() {
  const { path } = route.value;
  const known = pageOf(path);
  const page = known ? PAGES[known] : NOT_FOUND;
  const scale = range();
  useEffect(() => showSection(page.section, scale), [page, scale]);
  useEffect(() => {
    document.title = page.title === "Overview" ? "corelens" : `${page.title} · corelens`;
  }, [page]);
  return (
    <>
      <a class="skip" href="#content">
        To the content
      </a>
      <Navigation path={path} />
      <div class="body">
        <Header page={page} />
        <Notices />
        <Gone />
        <Player />
        <main id="content" tabIndex={-1} class={isDimmed(path) ? "stale" : undefined}>
          <Content path={path} view={page.view} />
        </main>
      </div>
    </>
  );
}

interface ContentProps {
  readonly path: string;
  readonly view: ComponentType;
}

/** A page, or what stands in its place while there is nothing to show on it. */
function Content({ path, view: View }: ContentProps) {
  if (path === "/recordings" || pageOf(path) === null) return <View />;
  const { kind } = appState.value;
  if (kind === "gone") return null;
  if (kind === "connecting") return <p class="waiting">Connecting …</p>;
  // What the node itself says of its peers is known without tracing.
  if (isUntraced() && !(path === "/peers" && viewOf("peers")?.says)) return <Setup />;
  return <View />;
}

/** What is not so any more is shown paler; recordings are as they were. */
function isDimmed(path: string): boolean {
  return appState.value.kind === "stale" && path !== "/recordings";
}

function NotFound() {
  return (
    <div class="absent">
      <p>There is no page {printable(route.value.path)}.</p>
      <p>
        <a
          href="/"
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            go("/");
          }}
        >
          To the overview
        </a>
      </p>
    </div>
  );
}

const NOT_FOUND: Page = {
  title: "Page not found",
  section: "wallet",
  view: NotFound,
  charts: false,
};

function Navigation({ path }: { readonly path: string }) {
  return (
    <nav aria-label="Pages">
      <span class="brand">corelens</span>
      <ul>
        {Object.entries(PAGES).map(([to, { title }]) => (
          <li key={to}>
            <a
              href={addressOf(to)}
              aria-current={to === path ? "page" : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                go(to);
              }}
            >
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const RANGES = [
  ["5m", "5 min"],
  ["1h", "1 h"],
  ["24h", "24 h"],
] as const;

function Header({ page }: { readonly page: Page }) {
  const now = status.value;
  const subject = hello.value?.subject;
  const isDark = theme.value === "dark";
  return (
    <header class="top">
      <h1>{page.title}</h1>
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
      {page.charts && (
        <Choice
          label="Time that charts show"
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

/** What whoever looks has to know before anything that is shown. */
function Notices() {
  const state = appState.value;
  const lost = connection.value === "lost";
  const isNodeGone = state.kind === "stale" && state.ended === "node";
  return (
    <div role="status">
      {lost && (
        <p class="notice problem">
          <Mark status="problem" /> corelens does not answer; trying again.
          {state.kind === "stale" && ` What is shown is as of ${clock(state.asOf)}.`}
        </p>
      )}
      {isNodeGone && (
        <p class="notice warning">
          <Mark status="warning" /> The node ended at {clock(state.asOf)}. What is shown is as of
          then.
        </p>
      )}
      {hello.value?.subject.note && (
        <p class="notice">
          <Mark status="unknown" /> {hello.value.subject.note}
        </p>
      )}
    </div>
  );
}
