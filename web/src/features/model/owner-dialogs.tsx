import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { ModelDetail } from '../../relay/index.js';
import { parsePastedAddress } from '../../verify/address.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Input, Textarea } from '../../ui/field.js';
import { useToast } from '../../ui/toast.js';
import { Cost } from '../account/cost.js';
import { TransactionState, useTransaction } from '../account/transaction.js';
import { marketOf, useChain, useWallet } from '../account/wallets.js';
import type { Act } from '../../wallet/registry.js';
import { modelQuery } from './queries.js';

interface AskProps {
  title: string;
  /** What the button says. */
  verb: string;
  model: ModelDetail;
  account: string;
  /** Null while what was written is not right yet. */
  act: Act | null;
  /** When the hub has read of it. */
  holds: (model: ModelDetail) => boolean;
  done: string;
  onClose: () => void;
  children: ReactNode;
}

/** Says what a transaction does and costs, has the wallet send it, and waits until the hub has read of it. */
function Ask({ title, verb, model: { owner, name }, account, act, holds, done, onClose, children }: AskProps) {
  const chain = useChain();
  const wallet = useWallet();
  const queries = useQueryClient();
  const say = useToast();
  const transaction = useTransaction();
  const market = wallet && marketOf(chain, wallet.provider, account);

  const go = async () => {
    if (!market || !act) return;
    await transaction.go({
      send: async (onSent) => (await import('../../wallet/registry.js')).send(market, act, onSent),
      holds: async () => holds(await queries.query({ ...modelQuery(owner, name), staleTime: 0 })),
      done: () => {
        say({ text: done, tone: 'good' });
        onClose();
      },
    });
  };
  return (
    <Dialog open title={title} onClose={onClose}>
      {children}
      {act && market && <Cost market={market} about={Object.values(act)} act={() => act} />}
      <TransactionState of={transaction} hasWallet={wallet !== undefined} failed="It was not done" />
      <div className="flex justify-end">
        <Button variant="danger" busy={transaction.busy} disabled={!act || !market} onClick={() => void go()}>{verb}</Button>
      </div>
    </Dialog>
  );
}

interface Power {
  model: ModelDetail;
  account: string;
  onClose: () => void;
}

/** Advises against a version. */
export function Yank({ version, id, ...power }: Power & { version: string; id: string }) {
  const [reason, setReason] = useState('');
  return (
    <Ask
      {...power}
      title={`Yank ${version}`}
      verb="Yank it"
      act={reason.trim() === '' ? null : { is: 'yank', version: id, reason: reason.trim() }}
      holds={({ onChain }) => onChain?.versions.some((each) => each.id === id && each.yanked) === true}
      done={`${version} is yanked.`}
    >
      <p className="text-sm text-soft">The chain will advise against this version, for ever and to everybody. Its files stay: who asks for this very version still gets it.</p>
      <Textarea label="Why" hint="It becomes part of the chain." rows={3} maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />
    </Ask>
  );
}

/** Gives the model's NFT to another account. */
export function Transfer(power: Power) {
  const [to, setTo] = useState('');
  const address = addressOf(to);
  const bad = to.trim() === '' ? undefined : address === undefined ? 'no address, or its letter case is not that of its checksum' : address === power.account ? 'that is you' : undefined;
  return (
    <Ask
      {...power}
      title={`Give ${power.model.name} away`}
      verb="Transfer it"
      act={address === undefined || bad !== undefined || !power.model.onChain ? null : { is: 'transfer', model: power.model.onChain.id, to: address }}
      holds={({ onChain }) => onChain?.owner === address}
      done={`${power.model.name} has a new owner.`}
    >
      <p className="text-sm text-soft">Whoever holds the NFT publishes further versions, sets prices and yanks. The split of what is earned stays as it is. You cannot take it back.</p>
      <Input label="New owner" placeholder="0x…" spellCheck={false} autoComplete="off" className="font-mono text-xs" value={to} onChange={({ target }) => setTo(target.value)} {...(bad !== undefined && { error: bad })} />
    </Ask>
  );
}

function addressOf(text: string): string | undefined {
  try {
    return parsePastedAddress(text.trim());
  } catch {
    return undefined;
  }
}
