import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';
import { cx } from './cx.js';
import { Icon } from './icon.js';

const box = 'w-full rounded-md border border-edge bg-card text-sm text-ink placeholder:text-faint hover:border-soft aria-invalid:border-bad disabled:opacity-60';

interface FieldProps {
  label: string;
  /** What it is for, or what is allowed. */
  hint?: ReactNode;
  /** What is wrong with what was written; it is announced. */
  error?: ReactNode;
  /** Keeps the label for screen readers alone. */
  unlabelled?: boolean;
}

interface Wiring {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

function Field({ label, hint, error, unlabelled, children }: FieldProps & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className={unlabelled ? 'sr-only' : 'text-sm font-semibold'}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error !== undefined || undefined })}
      {hint !== undefined && <p id={`${id}-hint`} className="text-xs text-faint">{hint}</p>}
      <div aria-live="polite" className="empty:hidden">
        {error !== undefined && <p id={`${id}-error`} className="text-xs font-medium text-bad first-letter:uppercase">{error}</p>}
      </div>
    </div>
  );
}

/** A line of text with its label. */
export function Input({ label, hint, error, unlabelled, className, ...rest }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Field {...pick({ label, hint, error, unlabelled })}>
      {(wiring) => <input {...rest} {...wiring} className={cx(box, 'h-9 px-3', className)} />}
    </Field>
  );
}

/** Several lines of text with their label. */
export function Textarea({ label, hint, error, unlabelled, className, ...rest }: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field {...pick({ label, hint, error, unlabelled })}>
      {(wiring) => <textarea rows={4} {...rest} {...wiring} className={cx(box, 'px-3 py-2', className)} />}
    </Field>
  );
}

/** The browser's own select: it works with every keyboard, reader and thumb. */
export function Select({ label, hint, error, unlabelled, className, children, ...rest }: FieldProps & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Field {...pick({ label, hint, error, unlabelled })}>
      {(wiring) => (
        <span className="relative block">
          <select {...rest} {...wiring} className={cx(box, 'h-9 appearance-none pr-9 pl-3', className)}>{children}</select>
          <Icon name="down" className="pointer-events-none absolute top-2.5 right-3 text-soft" />
        </span>
      )}
    </Field>
  );
}

/** A box to tick, with its text beside it. */
export function Checkbox({ children, className, ...rest }: Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> & { children: ReactNode }) {
  return (
    <label className={cx('flex cursor-pointer items-start gap-2.5 text-sm', className)}>
      <input type="checkbox" {...rest} className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span>{children}</span>
    </label>
  );
}

/** Leaves out what is undefined, which is not the same as absent. */
function pick(props: { [K in keyof FieldProps]: FieldProps[K] | undefined }): FieldProps {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as unknown as FieldProps;
}
