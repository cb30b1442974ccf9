import "./navigation.css";
import { PAGES } from "../pages.ts";
import { addressOf, go } from "../route.ts";
import { Link } from "./link.tsx";

/** @param path the path of the page that is shown */
export function Navigation({ path }: { readonly path: string }) {
  return (
    <nav aria-label="Pages">
      <span class="brand">corelens</span>
      <ul>
        {PAGES.map((page) => (
          <li key={page.path}>
            <Link
              href={addressOf(page.path)}
              current={page.path === path}
              onOpen={() => go(page.path)}
            >
              {page.title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
