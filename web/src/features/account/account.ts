/** Who is signed in, as the whole site knows it. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { getAccount, RelayError, signOut, signOutEverywhere, type Account } from '../../relay/index.js';

/** Set while somebody is signed in, so that nobody else's visit asks the relay who they are. It is no secret and no proof. */
const mark = 'dehug-account';

const marked = (): boolean => {
  try {
    return localStorage.getItem(mark) !== null;
  } catch {
    return true; // it keeps nothing, so the relay is asked
  }
};

function setMark(address: string | null): void {
  try {
    if (address === null) localStorage.removeItem(mark);
    else localStorage.setItem(mark, address);
  } catch {
    // see above
  }
}

export const accountOptions = queryOptions({
  queryKey: ['account'],
  queryFn: async ({ signal }): Promise<Account | null> => {
    if (!marked()) return null;
    try {
      return await getAccount({}, { signal });
    } catch (thrown) {
      if (!(thrown instanceof RelayError) || thrown.code !== 'unauthorized') throw thrown;
      setMark(null);
      return null;
    }
  },
  staleTime: 60_000,
});

/** Null when nobody is; undefined while that is not known. */
export const useAccount = (): Account | null | undefined => useQuery(accountOptions).data;

export function useSignedIn(): { enter: (account: Account) => void; leave: (everywhere: boolean) => Promise<void> } {
  const queries = useQueryClient();
  return {
    enter: (account) => {
      setMark(account.address);
      queries.setQueryData(accountOptions.queryKey, account);
    },
    leave: async (everywhere) => {
      await (everywhere ? signOutEverywhere({}) : signOut({ id: 'current' })).catch((thrown: unknown) => {
        if (!(thrown instanceof RelayError) || thrown.code !== 'unauthorized') throw thrown; // signed out already
      });
      setMark(null);
      queries.clear();
      queries.setQueryData(accountOptions.queryKey, null);
    },
  };
}
