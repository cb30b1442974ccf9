import { useEffect } from "preact/hooks";
import { printable } from "./format.ts";
import { showSection, viewOf } from "./live.ts";
import { Setup } from "./pages/setup.tsx";
import { componentOf, type PageEntry, pageOf } from "./pages.ts";
import { Header } from "./parts/header.tsx";
import { Link } from "./parts/link.tsx";
import { Navigation } from "./parts/navigation.tsx";
import { Notices } from "./parts/notices.tsx";
import { Waiting } from "./parts/panel.tsx";
import { Player } from "./parts/player.tsx";
import { Gone } from "./parts/recording-badge.tsx";
import { go, range, route } from "./route.ts";
import { appState, isUntraced } from "./state.ts";

export function App() {
  const { path } = route.value;
  const page = pageOf(path);
  const { title, section, charts } = page ?? NOT_FOUND;
  const scale = range();
  useEffect(() => showSection(section, scale), [section, scale]);
  useEffect(() => {
    document.title = path === "/" ? "corelens" : `${title} · corelens`;
  }, [path, title]);
  return (
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <Navigation path={path} />
      <div class="body">
        <Header title={title} charts={charts} />
        <Notices />
        <Gone />
        <Player />
        <main id="content" tabIndex={-1} class={isDimmed(section) ? "stale" : undefined}>
          {page ? <Content page={page} /> : <NotFound />}
        </main>
      </div>
    </>
  );
}

/** A page, or the guide that replaces it while nothing is traced. */
function Content({ page }: { readonly page: PageEntry }) {
  const Component = componentOf(page);
  if (page.section === null) return <Component />;
  const { kind } = appState.value;
  if (kind === "gone") return null;
  if (kind === "connecting") return <Waiting />;
  // RPC reports peers even when nothing is traced.
  if (isUntraced() && !(page.section === "peers" && viewOf("peers")?.reports)) return <Setup />;
  return <Component />;
}

/** Data of an ended node is dimmed. */
function isDimmed(section: PageEntry["section"]): boolean {
  return appState.value.kind === "stale" && section !== null;
}

const NOT_FOUND = { title: "Page not found", section: null, charts: false } as const;

function NotFound() {
  return (
    <div class="absent">
      <p>The page {printable(route.value.path)} does not exist.</p>
      <p>
        <Link href="/" onOpen={() => go("/")}>
          Go to the overview
        </Link>
      </p>
    </div>
  );
}
