import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { cx } from './cx.js';

const variants = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'border border-edge bg-card text-ink hover:border-soft hover:bg-sunken',
  quiet: 'text-soft hover:bg-sunken hover:text-ink',
  danger: 'border border-bad text-bad hover:bg-bad hover:text-on-bad',
} as const;

const sizes = {
  sm: 'h-8 gap-1.5 px-2.5 text-xs',
  md: 'h-9 gap-2 px-3.5 text-sm',
  lg: 'h-11 gap-2 px-5 text-base',
} as const;

export interface ButtonLook {
  variant?: keyof typeof variants;
  size?: keyof typeof sizes;
}

/** The classes of a button, for a link that looks like one. */
export function buttonClass({ variant = 'plain', size = 'md' }: ButtonLook = {}, more?: string): string {
  return cx(
    'inline-flex shrink-0 items-center justify-center rounded-md font-semibold whitespace-nowrap no-underline transition-colors select-none',
    'aria-disabled:cursor-default aria-disabled:opacity-55 disabled:opacity-55',
    variants[variant],
    sizes[size],
    more,
  );
}

/** `busy` keeps the button where it is and says so; it does nothing then, and keeps the focus. */
export function Button({ variant, size, busy, className, children, onClick, ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & ButtonLook & { busy?: boolean; children: ReactNode }) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy === true || undefined}
      aria-busy={busy === true || undefined}
      className={buttonClass({ ...(variant && { variant }), ...(size && { size }) }, className)}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

function Spinner() {
  return <span aria-hidden="true" className="size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent" />;
}
