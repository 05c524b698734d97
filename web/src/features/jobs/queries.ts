/** Questions about jobs, as the pages ask them. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { getAllowance, getOrder, getPrediction, getProvider, getProviderView, getReceipt, getReceiptProof, getReceiptRequest, getUpload, getUsageTerms, listAttempts, listOffers, listOrders, listReceipts, listUsageSessions, RelayError, type ListReceiptsRequest, type ReceiptProof, type UsageTerms } from '../../relay/index.js';
import type { Market } from '../../wallet/registry.js';

/** What belongs to whoever is signed in; asked again when somebody signs in. */
const mine = 'jobs';

/** What providers ask for a version, one for each mode. Empty where nobody runs it. */
export const offersQuery = (version: string) =>
  queryOptions({ queryKey: ['offers', version], queryFn: async ({ signal }) => (await listOffers({ version }, { signal })).items, staleTime: 15_000 });

/** What the operator pays for an account today: of a version, where one is named. */
export const allowanceQuery = (account: string, version = '') =>
  queryOptions({ queryKey: [mine, account, 'allowance', version], queryFn: ({ signal }) => getAllowance(version ? { version } : {}, { signal }), staleTime: 0 });

/** A receipt never changes. */
export const receiptQuery = (id: string, account: string) => queryOptions({ queryKey: [mine, account, 'receipt', id], queryFn: ({ signal }) => getReceipt({ id }, { signal }), staleTime: Infinity });

export const receiptRequestQuery = (id: string, account: string) =>
  queryOptions({ queryKey: [mine, account, 'receipt', id, 'request'], queryFn: ({ signal }) => getReceiptRequest({ id }, { signal }) });

/** Where a receipt is settled; null while it is not. */
export const proofQuery = (id: string) =>
  queryOptions({
    queryKey: ['proof', id],
    queryFn: ({ signal }): Promise<ReceiptProof | null> =>
      getReceiptProof({ id }, { signal }).catch((thrown: unknown) => {
        if (thrown instanceof RelayError && thrown.code === 'not_found') return null;
        throw thrown;
      }),
  });

/** A job by specification, for who asked for it: what came of it, and how far an attestation of that is. */
export const predictionQuery = (id: string, account: string) =>
  queryOptions({
    queryKey: [mine, account, 'prediction', id],
    queryFn: ({ signal }) => getPrediction({ id, encoding: 'base64' }, { signal }),
    refetchInterval: ({ state: { data } }) => (data?.job?.attestation && data.job.attestation.state !== 'safe' ? 5000 : false),
  });

/** Who does an attempt at a job, and why: known while that runs. The events that follow a job leave it out. */
export const choiceQuery = (id: string, attempts: number) =>
  queryOptions({ queryKey: ['choice', id, attempts], queryFn: async ({ signal }) => (await getPrediction({ id, encoding: 'base64' }, { signal })).routing ?? null, staleTime: Infinity });

/** What a training made, until it is published or removed; null once it is. */
export const madeQuery = (id: string, account: string) =>
  queryOptions({ queryKey: [mine, account, 'made', id], queryFn: ({ signal }) => getUpload({ id }, { signal }).catch(missing) });

/** An order on chain, which anybody sees. Null for one that the chain took back. */
export const orderQuery = (id: string) => queryOptions({ queryKey: ['order', id], queryFn: ({ signal }) => getOrder({ id }, { signal }).catch(missing) });

/** Orders that an account opened, or that it is to do. */
export const ordersQuery = (address: string, toDo: boolean) =>
  infiniteQueryOptions({
    queryKey: ['orders', address, toDo],
    queryFn: ({ pageParam, signal }) => listOrders({ ...(toDo ? { provider: address } : { payer: address }), limit: 20, ...(pageParam !== '' && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

/** A result's document by its CID, checked here. */
export const documentQuery = (cid: string, gateways: readonly string[]) =>
  queryOptions({
    queryKey: ['document', cid, gateways],
    queryFn: async ({ signal }): Promise<unknown> => {
      const { fetchBlock } = await import('../model/verified.js');
      return JSON.parse(new TextDecoder().decode(await fetchBlock(cid, { gateways, limit: 2 ** 18, what: 'the result', signal })));
    },
    staleTime: Infinity,
    retry: false,
  });

function missing(thrown: unknown): null {
  if (thrown instanceof RelayError && thrown.code === 'not_found') return null;
  throw thrown;
}

/** What sessions for this relay are like; null where it takes none. */
export const usageTermsQuery = queryOptions({
  queryKey: ['usage terms'],
  queryFn: ({ signal }): Promise<UsageTerms | null> =>
    getUsageTerms({}, { signal }).catch((thrown: unknown) => {
      if (thrown instanceof RelayError && thrown.code === 'not_found') return null;
      throw thrown;
    }),
  staleTime: Infinity,
});

/** Which sessions' keys are in this browser. */
export const keysQuery = (account: string) => queryOptions({ queryKey: [mine, account, 'keys'], queryFn: async () => (await import('./purse.js')).keysHere(account), staleTime: 0 });

/** What the account has in dollars, as its wallet reads from the chain; null where the wallet is on another one. */
export const balanceQuery = (market: Market | undefined, terms: UsageTerms) =>
  queryOptions({
    queryKey: [mine, market?.account, 'balance'],
    queryFn: async () => (market ? (await import('../../wallet/usage.js')).balancesOf(market, terms) : null),
    retry: false,
    staleTime: 0,
  });

/** Sessions on chain; null where the relay takes none. */
export const sessionsQuery = (account: string) =>
  queryOptions({
    queryKey: [mine, account, 'sessions'],
    queryFn: ({ signal }) =>
      listUsageSessions({}, { signal }).then(
        ({ items }) => items,
        (thrown: unknown) => {
          if (thrown instanceof RelayError && thrown.code === 'not_found') return null;
          throw thrown;
        },
      ),
  });

export const receiptsQuery = (account: string, filter: Omit<ListReceiptsRequest, 'cursor' | 'limit'>) =>
  infiniteQueryOptions({
    queryKey: [mine, account, 'receipts', filter],
    queryFn: ({ pageParam, signal }) => listReceipts({ ...filter, limit: 30, ...(pageParam !== '' && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export const providerQuery = (account: string) => queryOptions({ queryKey: [mine, account, 'provider'], queryFn: ({ signal }) => getProvider({}, { signal }), refetchInterval: 15_000 });

export const providerViewQuery = (address: string) => queryOptions({ queryKey: ['provider', address], queryFn: ({ signal }) => getProviderView({ address }, { signal }) });

export const attemptsQuery = (account: string) =>
  infiniteQueryOptions({
    queryKey: [mine, account, 'attempts'],
    queryFn: ({ pageParam, signal }) => listAttempts({ limit: 30, ...(pageParam !== '' && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
