import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { accountOptions } from '../account/account.js';
import { Button } from '../../ui/button.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';

const SignIn = lazy(() => import('../account/sign-in.js').then(({ SignIn }) => ({ default: SignIn })));

/** What only somebody who is signed in has; `why` says what is there then. */
export function SignedIn({ why, children }: { why: string; children: (address: string) => ReactNode }) {
  const account = useQuery(accountOptions);
  const [asking, setAsking] = useState(false);
  if (account.isPending) return <Loading what="your account"><Skeleton className="h-60 rounded-lg" /></Loading>;
  if (account.isError) return <ErrorState title="Your account could not be fetched" error={account.error} retry={() => void account.refetch()} />;
  if (account.data) return children(account.data.address);
  return (
    <Empty icon="key" title="Nobody is signed in">
      <p>{why}</p>
      <Button variant="primary" className="mt-3" onClick={() => setAsking(true)}>Sign in with a wallet</Button>
      {asking && <Suspense><SignIn onClose={() => setAsking(false)} /></Suspense>}
    </Empty>
  );
}
