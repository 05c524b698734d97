import { useEffect, useState } from 'react';
import { discoverWallets, type Wallet } from '../../wallet/discover.js';
import { WalletError } from '../../wallet/errors.js';
import { signIn } from '../../wallet/sign-in.js';
import { Dialog } from '../../ui/dialog.js';
import { Icon } from '../../ui/icon.js';
import { useToast } from '../../ui/toast.js';
import { useSignedIn } from './account.js';
import { short } from './account-menu.js';
import { chooseWallet, useTestWallet } from './wallets.js';

/** Lists the wallets of this browser and signs in with one. */
export function SignIn({ onClose }: { onClose: () => void }) {
  const [wallets, setWallets] = useState<readonly Wallet[]>([]);
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState<Error>();
  const { enter } = useSignedIn();
  const say = useToast();
  const test = useTestWallet();
  useEffect(() => discoverWallets(setWallets), [test]);

  const choose = async (wallet: Wallet) => {
    setBusy(wallet.info.uuid);
    setError(undefined);
    try {
      const account = await signIn(wallet.provider);
      chooseWallet(wallet);
      enter(account);
      say({ text: `Signed in as ${short(account.address)}.`, tone: 'good' });
      onClose();
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
    } finally {
      setBusy(undefined);
    }
  };

  return (
    <Dialog open title="Sign in" onClose={onClose}>
      <p className="text-sm text-soft">Your wallet signs a short message: that proves the account is yours, costs nothing and moves nothing.</p>
      {wallets.length > 0 ? (
        <ul className="grid gap-2" aria-label="Wallets">
          {wallets.map((wallet) => (
            <li key={wallet.info.uuid}>
              <button
                type="button"
                aria-disabled={busy !== undefined || undefined}
                onClick={() => void (busy === undefined && choose(wallet))}
                className="flex w-full items-center gap-3 rounded-md border border-edge bg-card p-3 text-left text-sm font-semibold hover:border-soft hover:bg-sunken aria-disabled:opacity-60"
              >
                {wallet.info.icon ? <img src={wallet.info.icon} alt="" width="28" height="28" className="rounded-sm" /> : <Icon name="key" className="size-7 text-soft" />}
                <span className="min-w-0 flex-1 wrap-anywhere">{wallet.info.name}</span>
                {busy === wallet.info.uuid && <span role="status" className="text-xs font-normal text-soft">Waiting for the wallet…</span>}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="rounded-md border border-dashed border-edge p-4 text-sm text-soft">
          No wallet in this browser. Install one that announces itself (EIP-6963), such as MetaMask, Rabby or Coinbase Wallet, and reload the page.
        </p>
      )}
      {error && (
        <div role="alert" className="rounded-md border border-bad p-3 text-sm">
          <p className="font-medium first-letter:uppercase">{error.message}</p>
          {'hint' in error && typeof error.hint === 'string' && error.hint !== '' && <p className="mt-1 text-soft first-letter:uppercase">{error.hint}</p>}
          {error instanceof WalletError && error.code === 'busy' && <p className="mt-1 text-soft">Wallets show one question at a time.</p>}
        </div>
      )}
    </Dialog>
  );
}
