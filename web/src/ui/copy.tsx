import { useEffect, useState, type ReactNode } from 'react';
import { buttonClass } from './button.js';
import { cx } from './cx.js';
import { Icon } from './icon.js';

/** Milliseconds that the button says that it has copied. */
const remembers = 2500;

function useCopy(text: string): [copied: boolean | null, copy: () => void] {
  const [copied, setCopied] = useState<boolean | null>(null);
  useEffect(() => {
    if (copied === null) return undefined;
    const timer = setTimeout(() => setCopied(null), remembers);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
  return [copied, copy];
}

/** A button that puts a text on the clipboard and says whether it did. `what` completes “Copy …”. */
export function Copy({ text, what, bare = false }: { text: string; what: string; bare?: boolean }) {
  const [copied, copy] = useCopy(text);
  const said = copied === null ? '' : copied ? 'Copied' : 'The browser refused';
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      className={bare ? 'rounded-sm p-1 text-faint hover:bg-sunken hover:text-ink' : buttonClass({ size: 'sm', variant: 'quiet' })}
    >
      <Icon name={copied === true ? 'check' : copied === false ? 'warn' : 'copy'} className={cx(copied === true && 'text-accent')} />
      {!bare && <span aria-hidden="true">{said || 'Copy'}</span>}
      <span role="status" className="sr-only">{said}</span>
    </button>
  );
}

/** Code to take along, with the button that copies it. */
export function Code({ text, title, children }: { text: string; title: string; children?: ReactNode }) {
  return (
    <figure className="overflow-hidden rounded-lg border border-line bg-card">
      <figcaption className="flex min-h-10 items-center justify-between gap-3 border-b border-line pr-1.5 pl-3.5">
        <span className="py-2 text-xs text-soft">{children ?? title}</span>
        <Copy text={text} what={title} />
      </figcaption>
      <pre tabIndex={0} role="region" aria-label={title} className="overflow-x-auto px-3.5 py-3 font-mono text-xs leading-relaxed"><code>{text}</code></pre>
    </figure>
  );
}
