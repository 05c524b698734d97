import { useQuery } from '@tanstack/react-query';
import { formatAmount } from '../../ui/format.js';
import type { Act, Market } from '../../wallet/registry.js';

const eth = (wei: bigint): string => `${formatAmount(wei.toString(), 18)} ETH`;

/**
 * What a transaction costs at most, and what the account has, before the wallet is asked for anything; the contract's reason where
 * it would refuse. `about` is what `act` is made of: its words tell one act from another.
 */
export function Cost({ market, about, act }: { market: Market; about: readonly string[]; act: (registry: typeof import('../../wallet/registry.js')) => Act }) {
  const { data, error } = useQuery({
    queryKey: ['cost', market.account, ...about],
    queryFn: async () => {
      const registry = await import('../../wallet/registry.js');
      return registry.quote(market, act(registry));
    },
    retry: false,
    staleTime: 15_000,
  });
  if (error) return <p role="alert" className="rounded-md bg-warn-wash p-3 text-sm">It would not go through: {error.message}.</p>;
  if (!data) return <p className="text-xs text-faint">{data === null ? 'Your wallet is on another chain; it says what this costs before you confirm.' : 'Asking what this costs…'}</p>;
  if (data.contract) return <p className="text-xs text-faint">Costs {eth(data.cost)} of gas at most, beside what your wallet, a contract, takes itself. It says who pays before you confirm.</p>;
  return (
    <p className="text-xs text-faint">
      Costs {eth(data.cost)} of gas at most; the account has {eth(data.balance)}.
      {data.balance < data.cost && <strong className="block font-semibold text-bad">That is too little, unless your wallet has somebody else pay.</strong>}
    </p>
  );
}
