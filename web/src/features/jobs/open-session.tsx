import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { PlanInfo, UsageTerms } from '../../relay/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Input, Select } from '../../ui/field.js';
import { counted, formatDay } from '../../ui/format.js';
import { useToast } from '../../ui/toast.js';
import { WalletError } from '../../wallet/errors.js';
import { TransactionState, useTransaction } from '../account/transaction.js';
import { marketOf, useChain, useWallet } from '../account/wallets.js';
import { formatMoney, formatPeriod } from './money.js';
import { forgetPurse, makePurse } from './purse.js';
import { balanceQuery, keysQuery, sessionsQuery } from './queries.js';

/** Seconds that a session lasts. */
const lasts = 30 * 86_400;
const mostUnits = 10_000;
/** Seconds that a chain's clock may be behind ours: a subscription must not end later than its period after the block that opens it. */
const behind = 120;

/** Locks units of a plan for this hub: what that costs and what may be lost is said before, then the wallet is asked once. */
export function OpenSession({ plans, terms, account, onClose }: { plans: readonly PlanInfo[]; terms: UsageTerms; account: string; onClose: () => void }) {
  const chain = useChain();
  const wallet = useWallet();
  const queries = useQueryClient();
  const say = useToast();
  const [text, setText] = useState('10');
  const [chosen, choose] = useState('');
  const transaction = useTransaction();
  const market = wallet && marketOf(chain, wallet.provider, account);
  const balance = useQuery({ ...balanceQuery(market, terms), enabled: market !== undefined });
  const plan = plans.find(({ id }) => id === chosen) ?? plans[0];
  if (!plan) return null;
  const subscribes = plan.period > 0;
  const units = subscribes ? plan.quota : /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
  const wrong = subscribes ? undefined : units < 1 || units > mostUnits ? `a whole number from 1 to ${mostUnits.toLocaleString('en')}` : undefined;
  const cost = BigInt(plan.price) * BigInt(units);
  const few = balance.data && balance.data.wallet < cost ? balance.data.wallet : undefined;
  const end = new Date(Date.now() + (subscribes ? plan.period - behind : lasts) * 1000);

  const go = async () => {
    if (!market) return;
    let key = '';
    const send = async (onSent: () => void) => {
      const { openSession } = await import('../../wallet/usage.js');
      key = await makePurse(account);
      const begun = { sent: false };
      try {
        await openSession(market, terms, { plan: plan.id, units, cost, end: Math.floor(end.getTime() / 1000), key }, () => {
          begun.sent = true;
          onSent();
        });
      } catch (thrown) {
        if (!begun.sent && thrown instanceof WalletError) void forgetPurse(key); // nothing left this page
        throw thrown;
      }
    };
    await transaction.go({
      send,
      holds: async () => (await queries.query({ ...sessionsQuery(account), staleTime: 0 }))?.some((session) => session.key === key) === true,
      done: async () => {
        await queries.invalidateQueries({ queryKey: keysQuery(account).queryKey });
        say({ text: `The ${subscribes ? 'subscription' : 'session'} is open: ${counted(units, 'run')}.`, tone: 'good' });
        onClose();
      },
    });
  };
  return (
    <Dialog open title="Open a session" onClose={onClose}>
      <p className="text-sm text-soft">You lock runs of this model for this hub, and your wallet is asked {terms.opens ? 'once' : 'for a signature and a transaction, once'}. From then on this page signs for each run by itself.</p>
      {plans.length > 1 && (
        <Select label="Plan" value={plan.id} onChange={({ target }) => choose(target.value)}>
          {plans.map(({ id, price, unitKind, period, quota }) => <option key={id} value={id}>{period > 0 ? `${counted(quota, unitKind)} in ${formatPeriod(period)} for ${formatMoney((BigInt(price) * BigInt(quota)).toString())}` : `${formatMoney(price)} per ${unitKind}`}</option>)}
        </Select>
      )}
      {!subscribes && <Input label="Runs" inputMode="numeric" autoComplete="off" value={text} disabled={transaction.busy} onChange={({ target }) => setText(target.value)} {...(wrong !== undefined && { error: wrong })} />}
      {wrong === undefined && (
        <div className="grid gap-3 rounded-md bg-sunken p-4 text-sm">
          <dl className="grid grid-cols-2 gap-x-6 gap-y-3">
            <div className="col-span-2"><dt className="label">Locked now</dt><dd className="text-lg font-semibold tabular-nums">{formatMoney(cost.toString())}</dd></div>
            <div><dt className="label">A run, at most</dt><dd className="font-medium tabular-nums">{formatMoney(plan.price)}</dd></div>
            <div><dt className="label">Until</dt><dd className="font-medium">{formatDay(end)}</dd></div>
          </dl>
          <p className="text-xs text-soft">Of a run, {formatMoney(plan.authorFee)} is the author’s, {formatMoney(plan.relayFee)} the hub’s, and up to {formatMoney(plan.computeCap)} the provider’s. {subscribes
            ? `These are the ${counted(units, 'run')} of one period. What providers do not ask for comes back to you, of runs that you do not use too; the author’s and the hub’s parts of those do not. Nothing renews itself.`
            : 'What providers do not ask for, and runs that you do not use, come back to you. You can close it with a day’s notice.'}</p>
          {cost > BigInt(terms.safeAbove) && <p className="text-xs text-soft">It is worth more than {formatMoney(terms.safeAbove)}, so it pays once the chain cannot undo it: some minutes later.</p>}
        </div>
      )}
      <p className="text-xs text-faint">The key that signs is made in this page and kept in this browser, for this site alone. Whoever gets it, or controls this site, can use up these {wrong === undefined ? counted(units, 'run') : 'runs'} and nothing else: your wallet’s key stays in the wallet. {subscribes ? 'If this browser loses it, the rest of the period is lost with it.' : 'If this browser loses it, close the session, and what was not used comes back.'}</p>
      {few !== undefined && <p role="alert" className="rounded-md bg-warn-wash p-3 text-sm">Your account has {formatMoney(few.toString())}: that is not enough.</p>}
      <TransactionState of={transaction} hasWallet={wallet !== undefined} failed="No session was opened" />
      <div className="flex justify-end">
        <Button variant="primary" busy={transaction.busy} disabled={!market || wrong !== undefined || few !== undefined} onClick={() => void go()}>Lock {formatMoney(cost.toString())}</Button>
      </div>
    </Dialog>
  );
}
