import { useEffect, useRef, useState } from 'react';
import { ErrorState } from '../../ui/states.js';

interface Transaction {
  /** Whether it is under way: until it is `done`, or has failed. */
  busy: boolean;
  error: unknown;
  status: string | undefined;
  /** Has a wallet send something, and waits until the hub has read of it, or the dialog is closed; then it is `done`. */
  go: (steps: { send: (onSent: () => void) => Promise<unknown>; holds: () => Promise<boolean>; done: () => void | Promise<void> }) => Promise<void>;
}

const said = { asking: 'Confirm it in your wallet', sent: 'Sent; waiting for a block', mined: 'It is on chain; waiting until this hub has read of it' };

/** How far a transaction of a dialog’s is. */
export function useTransaction(): Transaction {
  const [at, setAt] = useState<keyof typeof said>();
  const [error, setError] = useState<unknown>();
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  return {
    busy: at !== undefined,
    error,
    status: at && said[at],
    go: async ({ send, holds, done }) => {
      setAt('asking');
      setError(undefined);
      try {
        await send(() => setAt('sent'));
        setAt('mined');
        while (open.current && !(await holds())) await new Promise((resolve) => setTimeout(resolve, 500));
        await done();
      } catch (thrown) {
        setAt(undefined);
        setError(thrown);
      }
    },
  };
}

/** What a dialog says of its transaction. `failed` is the title when it was not done. */
export function TransactionState({ of: { error, status }, hasWallet, failed }: { of: Transaction; hasWallet: boolean; failed: string }) {
  return (
    <>
      {!hasWallet && <p role="alert" className="rounded-md border border-line p-3 text-sm text-soft">The wallet that you signed in with is not here. Unlock it.</p>}
      {error !== undefined && <ErrorState error={error} title={failed} />}
      <p role="status" className="text-sm text-soft empty:hidden">{status}</p>
    </>
  );
}
