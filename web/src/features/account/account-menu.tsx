import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState } from 'react';
import { buttonClass, Button } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { Icon } from '../../ui/icon.js';
import { useToast } from '../../ui/toast.js';
import { useAccount, useSignedIn } from './account.js';

/** Wallets are code that most visits never need. */
const SignIn = lazy(() => import('./sign-in.js').then(({ SignIn }) => ({ default: SignIn })));

/** In the header: signs in, or says who is and signs out. */
export function AccountMenu({ className }: { className?: string }) {
  const account = useAccount();
  const { leave } = useSignedIn();
  const [asking, setAsking] = useState(false);
  const say = useToast();
  const menu = useRef<HTMLDetailsElement>(null);
  const shut = () => {
    if (menu.current) menu.current.open = false;
  };
  const out = (everywhere: boolean) => {
    shut();
    leave(everywhere).then(
      () => say({ text: everywhere ? 'Signed out of every browser.' : 'Signed out.', tone: 'good' }),
      (error: unknown) => say({ text: error instanceof Error ? error.message : String(error), tone: 'bad' }),
    );
  };
  if (!account) {
    return (
      <>
        <Button size="sm" className={className} onClick={() => setAsking(true)}>Sign in</Button>
        {asking && (
          <Suspense>
            <SignIn onClose={() => setAsking(false)} />
          </Suspense>
        )}
      </>
    );
  }
  const item = 'flex w-full items-center gap-2.5 rounded-sm px-3 py-2 text-left text-sm text-ink no-underline hover:bg-sunken';
  return (
    <details
      ref={menu}
      className={cx('relative', className)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        shut();
        menu.current?.querySelector('summary')?.focus();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) shut();
      }}
    >
      <summary className={buttonClass({ size: 'sm' }, 'cursor-pointer list-none font-mono [&::-webkit-details-marker]:hidden')} aria-label={`Account ${short(account.address)}`} title={account.address}>
        <Icon name="user" />
        {short(account.address)}
      </summary>
      <div className="absolute right-0 z-50 mt-1.5 grid w-60 gap-0.5 rounded-md border border-line bg-raised p-1.5 shadow-raised max-md:right-auto max-md:left-0">
        <Link to="/authors/$address" params={{ address: account.address }} className={item} onClick={shut}><Icon name="user" />Your models</Link>
        <Link to="/publish" className={item} onClick={shut}><Icon name="plus" />Publish a model</Link>
        <Link to="/receipts" className={item} onClick={shut}><Icon name="file" />Receipts</Link>
        <Link to="/sessions" className={item} onClick={shut}><Icon name="key" />Sessions and spend</Link>
        <Link to="/provider" className={item} onClick={shut}><Icon name="play" />As a provider</Link>
        <Link to="/settings" className={item} onClick={shut}><Icon name="key" />Settings and keys</Link>
        {account.admin && <Link to="/admin" className={item} onClick={shut}><Icon name="shield" />Reports and denials</Link>}
        <hr className="my-1 border-line" />
        <button type="button" className={item} onClick={() => out(false)}><Icon name="out" />Sign out</button>
        <button type="button" className={item} onClick={() => out(true)}><Icon name="out" />Sign out everywhere</button>
      </div>
    </details>
  );
}

/** An address as people recognise it. */
export const short = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`;
