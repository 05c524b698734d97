import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { ChainVersion, ModelDetail } from '../../relay/index.js';
import { Button, buttonClass } from '../../ui/button.js';
import { useAccount } from '../account/account.js';

// With them comes the code for wallets, which nobody but the owner needs.
const Transfer = lazy(() => import('./owner-dialogs.js').then(({ Transfer }) => ({ default: Transfer })));
const Yank = lazy(() => import('./owner-dialogs.js').then(({ Yank }) => ({ default: Yank })));

/** The account that is signed in, where it owns the model on chain. */
export function useOwner(model: ModelDetail): string | undefined {
  const account = useAccount();
  return account && account.address === model.onChain?.owner ? account.address : undefined;
}

/** For the owner: the way to one version more. */
export function PublishVersion({ model }: { model: ModelDetail }) {
  if (useOwner(model) === undefined || !model.onChain) return null;
  return <Link to="/publish" search={{ model: model.onChain.id, name: model.name }} className={buttonClass({}, 'justify-self-start')}>Publish a version</Link>;
}

/** For the owner: advises against a version. */
export function YankVersion({ model, version, owner }: { model: ModelDetail; version: ChainVersion; owner: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" aria-label={`Yank ${version.version}`} onClick={() => setOpen(true)}>Yank</Button>
      {open && <Suspense><Yank model={model} account={owner} version={version.version} id={version.id} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}

/** For the owner: gives the NFT away. */
export function TransferModel({ model }: { model: ModelDetail }) {
  const owner = useOwner(model);
  const [open, setOpen] = useState(false);
  if (owner === undefined) return null;
  return (
    <>
      <Button className="justify-self-start" onClick={() => setOpen(true)}>Transfer</Button>
      {open && <Suspense><Transfer model={model} account={owner} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
