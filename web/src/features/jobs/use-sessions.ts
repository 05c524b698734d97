/** The sessions of an account that could pay for runs of a model. */
import { useQuery } from '@tanstack/react-query';
import type { ModelDetail, PlanInfo, UsageSession, UsageTerms } from '../../relay/index.js';
import { keysQuery, sessionsQuery, usageTermsQuery } from './queries.js';

export interface Sessions {
  /** Not there where the relay takes none, the model is on no chain, or nobody is signed in. */
  terms: UsageTerms | undefined;
  /** That sessions may be of: in the relay's token, with enough in them for a provider. Those by the run first, the cheapest first. */
  plans: PlanInfo[];
  /** That can pay for a run from this browser now. */
  usable: UsageSession | undefined;
  /** That has something left, and its key is not here. */
  elsewhere: UsageSession | undefined;
}

/** `asked` is what the cheapest provider asks for. */
export function useSessions({ onChain }: ModelDetail, account: string | undefined, asked: number): Sessions {
  const terms = useQuery({ ...usageTermsQuery, enabled: onChain !== undefined && account !== undefined }).data ?? undefined;
  const able = { enabled: terms !== undefined };
  const sessions = useQuery({ ...sessionsQuery(account ?? ''), ...able }).data ?? [];
  const keys = useQuery({ ...keysQuery(account ?? ''), ...able }).data;
  if (!terms || !onChain) return { terms: undefined, plans: [], usable: undefined, elsewhere: undefined };
  const plans = onChain.plans.filter(({ token, computeCap }) => token.address.toLowerCase() === terms.token.toLowerCase() && BigInt(computeCap) >= BigInt(asked));
  plans.sort((a, b) => Number(a.period > 0) - Number(b.period > 0) || Number(BigInt(a.price) - BigInt(b.price)));
  const ready = sessions.filter(({ model, state, left, computeCap, ends }) => model === onChain.id && (state === 'open' || state === 'pending') && left > 0 && computeCap >= asked && new Date(ends).getTime() > Date.now() + terms.margin * 1000);
  return { terms, plans, usable: ready.find(({ key }) => keys?.includes(key)), elsewhere: keys && ready.find(({ key }) => !keys.includes(key)) };
}
