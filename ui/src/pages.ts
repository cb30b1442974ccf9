import type { ComponentType } from "preact";
import { PAGES, type PageEntry, pageOf } from "../../src/dashboard/protocol/pages.ts";

type Module = Readonly<Record<string, ComponentType>>;

const MODULES = import.meta.glob<Module>("./pages/*.tsx", { eager: true });

const COMPONENTS = new Map<PageEntry, ComponentType>(
  PAGES.map((page) => {
    const component = MODULES[`./pages/${page.title.toLowerCase()}.tsx`]?.[page.title];
    if (component === undefined) throw new Error(`no component for the page ${page.title}`);
    return [page, component];
  }),
);

/** The component of a page. */
export function componentOf(page: PageEntry): ComponentType {
  return COMPONENTS.get(page)!;
}

export { PAGES, type PageEntry, pageOf };
