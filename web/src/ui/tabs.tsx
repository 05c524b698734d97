import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from './cx.js';

const tab = 'relative inline-flex h-10 shrink-0 items-center gap-2 px-1 text-sm font-medium whitespace-nowrap no-underline after:absolute after:inset-x-0 after:bottom-0 after:h-0.5 after:rounded-full';

/** The classes of a link among links that lead to parts of a page; the one that is shown is `current`. */
export const tabClass = (current: boolean) => cx(tab, current ? 'text-ink after:bg-accent' : 'text-soft hover:text-ink hover:after:bg-line');

export interface TabPanel {
  id: string;
  label: ReactNode;
  content: ReactNode;
}

/** Panels of which one is shown: arrows, Home and End go from tab to tab. For parts with an address use links. */
export function Tabs({ label, panels }: { label: string; panels: TabPanel[] }) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const [chosen, choose] = useState(panels[0]?.id);
  const current = panels.find(({ id }) => id === chosen) ?? panels[0];
  const onKeyDown = (event: KeyboardEvent) => {
    const at = panels.findIndex(({ id }) => id === current?.id);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: panels.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = panels[(to + panels.length) % panels.length];
    choose(next?.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next?.id ?? ''}"]`)?.focus();
  };
  if (!current) return null;
  return (
    <div>
      <div ref={list} role="tablist" aria-label={label} onKeyDown={onKeyDown} className="flex gap-5 overflow-x-auto border-b border-line">
        {panels.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${base}-${id}`}
            data-tab={id}
            aria-selected={id === current.id}
            aria-controls={`${base}-panel`}
            tabIndex={id === current.id ? 0 : -1}
            onClick={() => choose(id)}
            className={tabClass(id === current.id)}
          >
            {label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${current.id}`} className="pt-3">{current.content}</div>
    </div>
  );
}
