import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Footer } from './footer.js';
import { Header } from './header.js';

/** What stands around every page. */
export function Layout() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const shown = useRef(path);
  useEffect(() => {
    // A new page is read from its beginning. The first one is begun by the browser itself.
    if (shown.current !== undefined && shown.current !== path) main.current?.focus({ preventScroll: true });
    shown.current = path;
  }, [path]);
  return (
    <>
      <a href="#main" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-accent focus:px-4 focus:py-2 focus:text-on-accent">Skip to content</a>
      <Header />
      <main id="main" ref={main} tabIndex={-1} className="min-h-[calc(100dvh-3.5rem)] flex-1 outline-none">
        <Outlet />
      </main>
      <Footer />
    </>
  );
}

/** The title of the window while a page is shown. The relay writes the first one. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = title === '' ? 'DeHug: AI models you can check' : `${title} · DeHug`;
  }, [title]);
}
