import type { ReactNode } from 'react';
import { Button } from './button.js';
import { Icon, type IconName } from './icon.js';

/** Where there is nothing: says why, and what could be done. */
export function Empty({ title, children, icon = 'search' }: { title: string; children?: ReactNode; icon?: IconName }) {
  return (
    <div className="grid justify-items-center gap-2 rounded-lg border border-dashed border-edge px-6 py-12 text-center">
      <Icon name={icon} className="size-6 text-faint" />
      <p className="text-md font-semibold">{title}</p>
      <div className="max-w-prose text-sm text-soft">{children}</div>
    </div>
  );
}

/** What went wrong, what to try, and a button that tries again. Errors that know more have a `hint`. */
export function ErrorState({ error, title = 'That did not work', retry }: { error: unknown; title?: string; retry?: () => void }) {
  const hint = typeof error === 'object' && error !== null && 'hint' in error && typeof error.hint === 'string' ? error.hint : '';
  return (
    <div role="alert" className="grid justify-items-start gap-2 rounded-lg border border-line border-l-4 border-l-bad bg-card p-5">
      <p className="flex items-center gap-2 text-md font-semibold"><Icon name="warn" className="text-bad" />{title}</p>
      <p className="text-sm text-soft wrap-anywhere first-letter:uppercase">{error instanceof Error ? error.message : String(error)}</p>
      {hint && <p className="text-sm text-soft wrap-anywhere first-letter:uppercase">{hint}</p>}
      {retry && <Button size="sm" className="mt-1" onClick={retry}>Try again</Button>}
    </div>
  );
}
