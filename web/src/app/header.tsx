import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { AccountMenu } from '../features/account/account-menu.js';
import { buttonClass } from '../ui/button.js';
import { cx } from '../ui/cx.js';
import { Icon } from '../ui/icon.js';
import { setTheme, useTheme, type Theme } from './theme.js';

const places = [
  { to: '/models', text: 'Models' },
  { to: '/leaderboard', text: 'Leaderboard' },
  { to: '/challenges', text: 'Challenges' },
] as const;

export function Header() {
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.href });
  useEffect(() => setOpen(false), [path]);
  const nav = (className: string): ReactNode => places.map(({ to, text }) => (
    <Link key={to} to={to} className={cx('rounded-sm text-sm font-medium text-soft no-underline hover:text-ink aria-[current=page]:text-ink', className)}>{text}</Link>
  ));
  return (
    <header className="sticky top-0 z-40 border-b border-line bg-paper/95 backdrop-blur-sm">
      <div className="page flex h-14 items-center gap-3 lg:gap-5">
        <Link to="/" className="flex shrink-0 items-center gap-2.5 rounded-sm text-md font-bold tracking-tight text-ink no-underline">
          <img src="/favicon.svg" alt="" width="26" height="26" />
          DeHug
        </Link>
        <SearchBox className="min-w-0 flex-1 lg:max-w-md" />
        <nav aria-label="Main" className="ml-auto hidden items-center gap-5 md:flex">{nav('')}</nav>
        <ThemeButton className="max-md:hidden" />
        <Link to="/publish" className={buttonClass({ variant: 'primary', size: 'sm' }, 'max-md:hidden')}>Publish</Link>
        <AccountMenu className="max-md:hidden" />
        <button type="button" aria-expanded={open} aria-controls="menu" aria-label="Menu" onClick={() => setOpen(!open)} className={buttonClass({ variant: 'quiet', size: 'sm' }, 'md:hidden')}>
          <Icon name={open ? 'close' : 'menu'} />
        </button>
      </div>
      <div id="menu" hidden={!open} className="border-t border-line bg-paper md:hidden">
        <nav aria-label="Menu" className="page grid gap-1 py-3">
          {nav('py-2')}
          <div className="mt-1 flex items-center justify-between gap-3 border-t border-line pt-3">
            <AccountMenu />
            <ThemeButton />
            <Link to="/publish" className={buttonClass({ variant: 'primary', size: 'sm' })}>Publish</Link>
          </div>
        </nav>
      </div>
    </header>
  );
}

/** Finds models from everywhere. “/” goes to it. */
function SearchBox({ className }: { className: string }) {
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const asked = useRouterState({ select: ({ location }) => (location.pathname === '/models' && 'q' in location.search ? location.search.q : undefined) ?? '' });
  useEffect(() => {
    if (input.current && document.activeElement !== input.current) input.current.value = asked;
  }, [asked]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const at = event.target instanceof HTMLElement ? event.target : null;
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || at?.closest('input, textarea, select, [contenteditable], dehug-model')) return;
      event.preventDefault();
      input.current?.select();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <form
      role="search"
      action="/models"
      className={cx('relative', className)}
      onSubmit={(event) => {
        event.preventDefault();
        const q = input.current?.value.trim() ?? '';
        void navigate({ to: '/models', search: (old) => ({ ...old, q }) });
      }}
    >
      <Icon name="search" className="pointer-events-none absolute top-2.5 left-3 text-faint" />
      <input
        ref={input}
        type="search"
        name="q"
        aria-label="Search models"
        placeholder="Search"
        autoComplete="off"
        maxLength={200}
        defaultValue={asked}
        className="h-9 w-full rounded-md border border-edge bg-card pr-3 pl-9 text-sm text-ink placeholder:text-faint hover:border-soft lg:pr-9 [&::-webkit-search-cancel-button]:hidden"
      />
      <kbd aria-hidden="true" className="pointer-events-none absolute top-2 right-2 hidden h-5 rounded-sm border border-line px-1.5 font-mono text-2xs leading-[18px] text-faint lg:block">/</kbd>
    </form>
  );
}

const themes: Record<Theme, { icon: 'auto' | 'sun' | 'moon'; text: string; next: Theme }> = {
  auto: { icon: 'auto', text: 'Theme: as the system has it', next: 'light' },
  light: { icon: 'sun', text: 'Theme: light', next: 'dark' },
  dark: { icon: 'moon', text: 'Theme: dark', next: 'auto' },
};

function ThemeButton({ className }: { className?: string }) {
  const { icon, text, next } = themes[useTheme()];
  return (
    <button type="button" onClick={() => setTheme(next)} aria-label={text} title={text} className={buttonClass({ variant: 'quiet', size: 'sm' }, className)}>
      <Icon name={icon} />
    </button>
  );
}
