import { useEffect, useId, useRef, type ReactNode } from 'react';
import { cx } from './cx.js';
import { Icon } from './icon.js';

/**
 * A window over the page: the browser's own dialog, which holds the focus, ends with Escape, and hides the rest from
 * readers. `onClose` is called however it ends; with `stay`, only a button of its own ends it.
 */
export function Dialog({ open, title, onClose, children, stay = false, wide = false }: { open: boolean; title: string; onClose: () => void; children: ReactNode; stay?: boolean; wide?: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onClose={onClose}
      onCancel={(event) => {
        if (stay) event.preventDefault();
      }}
      onClick={(event) => {
        if (!stay && event.target === dialog.current) dialog.current.close(); // on the veil
      }}
      className={cx('max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] overflow-auto rounded-lg text-left font-normal whitespace-normal border border-line bg-raised shadow-raised', wide ? 'max-w-2xl' : 'max-w-md')}
    >
      {open && (
        <div className="grid gap-4 p-5">
          <div className="flex items-start justify-between gap-4">
            <h2 id={heading} className="text-lg">{title}</h2>
            {!stay && (
              <button type="button" aria-label="Close" onClick={() => dialog.current?.close()} className="-m-1 rounded-md p-2 text-soft hover:bg-sunken hover:text-ink">
                <Icon name="close" />
              </button>
            )}
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
