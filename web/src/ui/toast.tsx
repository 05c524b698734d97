import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { cx } from './cx.js';
import { Icon } from './icon.js';

export interface Toast {
  text: string;
  tone?: 'plain' | 'good' | 'bad';
}

const context = createContext<(toast: Toast) => void>(() => undefined);

/** Says something in the corner of the page for a while; errors stay until they are sent away. */
export const useToast = () => use(context);

/** Milliseconds that a toast stays. */
const stays = 6000;

export function Toasts({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<(Toast & { id: number })[]>([]);
  const last = useRef(0);
  const dismiss = useCallback((id: number) => setShown((list) => list.filter((toast) => toast.id !== id)), []);
  const say = useCallback((toast: Toast) => {
    const id = ++last.current;
    setShown((list) => [...list.slice(-2), { ...toast, id }]);
    if (toast.tone !== 'bad') setTimeout(() => dismiss(id), stays);
  }, [dismiss]);
  const list = useMemo(() => shown.map(({ id, text, tone = 'plain' }) => (
    <div key={id} className={cx('pointer-events-auto flex items-start gap-3 rounded-md border bg-raised p-3 pl-4 text-sm shadow-raised', tone === 'bad' ? 'border-bad' : 'border-line')}>
      {tone !== 'plain' && <Icon name={tone === 'bad' ? 'warn' : 'check'} className={cx('mt-0.5', tone === 'bad' ? 'text-bad' : 'text-accent')} />}
      <span className="min-w-0 flex-1 wrap-anywhere">{text}</span>
      <button type="button" aria-label="Dismiss" onClick={() => dismiss(id)} className="-m-1 rounded-sm p-1 text-faint hover:text-ink"><Icon name="close" /></button>
    </div>
  )), [shown, dismiss]);
  return (
    <context.Provider value={say}>
      {children}
      <div role="status" className="pointer-events-none fixed inset-x-4 bottom-4 z-50 ml-auto grid max-w-sm gap-2">{list}</div>
    </context.Provider>
  );
}
