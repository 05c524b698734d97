import type { ReactNode } from 'react';

/** A part of a page, with a heading, what it is for, and what can be done. */
export function Part({ title, note, action, children }: { title: string; note: string; action?: ReactNode; children: ReactNode }) {
  const id = `p-${title.replaceAll(' ', '-').toLowerCase()}`;
  return (
    <section aria-labelledby={id} className="grid gap-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div>
          <h2 id={id} className="text-lg">{title}</h2>
          <p className="text-sm text-faint">{note}</p>
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}
