import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { UsageSession, UsageTerms } from '../../relay/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { useToast } from '../../ui/toast.js';
import type { Market } from '../../wallet/registry.js';
import type { UsageAct } from '../../wallet/usage.js';
import { TransactionState, useTransaction } from '../account/transaction.js';
import { balanceQuery, sessionsQuery } from './queries.js';

/** What a transaction of a payer's does; it is done once `holds` is true of what was read after it. */
function Ask({ title, verb, done, act, holds, market, terms, onClose, children }: {
  title: string;
  verb: string;
  done: string;
  act: UsageAct;
  holds: (sessions: readonly UsageSession[]) => boolean;
  market: Market | undefined;
  terms: UsageTerms;
  onClose: () => void;
  children: ReactNode;
}) {
  const queries = useQueryClient();
  const say = useToast();
  const transaction = useTransaction();
  const go = async () => {
    if (!market) return;
    await transaction.go({
      send: async (onSent) => (await import('../../wallet/usage.js')).act(market, terms, act, onSent),
      holds: async () => holds((await queries.query({ ...sessionsQuery(market.account), staleTime: 0 })) ?? []),
      done: async () => {
        await queries.invalidateQueries({ queryKey: balanceQuery(market, terms).queryKey });
        say({ text: done, tone: 'good' });
        onClose();
      },
    });
  };
  return (
    <Dialog open title={title} onClose={onClose}>
      {children}
      <p className="text-xs text-faint">This is a transaction of your wallet’s, which says what it costs before you confirm.</p>
      <TransactionState of={transaction} hasWallet={market !== undefined} failed="It was not done" />
      <div className="flex justify-end">
        <Button variant="primary" busy={transaction.busy} disabled={!market} onClick={() => void go()}>{verb}</Button>
      </div>
    </Dialog>
  );
}

interface Props {
  market: Market | undefined;
  terms: UsageTerms;
  onClose: () => void;
}

/** Ends a session with a day's notice, or gives back what one that is over has left. */
export function EndSession({ session, ...rest }: Props & { session: UsageSession }) {
  const now = (sessions: readonly UsageSession[]) => sessions.find(({ id }) => id === session.id);
  if (session.state === 'ended') {
    return (
      <Ask {...rest} title="Take back what is left" verb="Close it" done="The session is closed." act={{ is: 'close', session }} holds={(sessions) => now(sessions)?.state === 'closed'}>
        <p className="text-sm text-soft">The contract credits your account with {session.period ? 'the providers’ parts of what this subscription' : 'what this session'} did not use, and with what providers did not ask for. Withdraw it from there afterwards.</p>
      </Ask>
    );
  }
  return (
    <Ask {...rest} title="Close the session" verb="Give notice" done="The session ends in a day." act={{ is: 'end', session }} holds={(sessions) => (now(sessions)?.ends ?? session.ends) !== session.ends}>
      <p className="text-sm text-soft">It ends a day from now: until then the hub takes what was used. Then come back, and take back what is left. You can go on running with it for most of that day.</p>
    </Ask>
  );
}

/** Pays out what came back. */
export function Withdraw(props: Props) {
  return (
    <Ask {...props} title="Withdraw" verb="Withdraw it" done="It is in your account." act={{ is: 'withdraw', token: props.terms.token }} holds={() => true}>
      <p className="text-sm text-soft">What the contract holds for you goes to your account.</p>
    </Ask>
  );
}
