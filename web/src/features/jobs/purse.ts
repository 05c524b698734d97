/**
 * Keys of sessions, kept in this browser for this origin, and what each has signed for. A voucher is signed for at most one unit more
 * than the results that came back and the runs that are waited for, whatever the relay says is next. No framework.
 */
import { getPrediction, getUsageSession, RelayError, type Prediction, type UsageTerms, type Voucher } from '../../relay/index.js';
import { records } from '../../records.js';
import { encodeTensors, requestBytes, type Tensors } from '../../receipt/tensors.js';
import { bigEndian, concat, hex, unhex, utf8 } from '../../verify/bytes.js';
import { sha256 } from '../../verify/sha256.js';
import type { SessionKey } from '../../wallet/session-key.js';

export interface Purse extends SessionKey {
  /** Account whose units they are. */
  payer: string;
  /** Runs that are known to have succeeded. */
  results: number;
  /** Runs that were signed for, of which no end is known yet; without an id where the relay's answer was lost. */
  waiting: { transcript: string; id?: string }[];
}

/** Nothing was signed: the browser lacks what it takes, or the relay asks for more than is owed. */
export class PurseError extends Error {
  override readonly name = 'PurseError';
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

const run = records({ database: 'dehug-sessions', shelf: 'purses', key: 'address', durability: 'strict' });

const keep = (purse: Purse) => run('readwrite', (store) => store.put(purse));

/** The addresses of the keys that are here, for an account. None where the browser keeps nothing. */
export async function keysHere(payer: string): Promise<string[]> {
  const all = await run<Purse[]>('readonly', (store) => store.getAll() as IDBRequest<Purse[]>).catch(() => []);
  return all.filter((purse) => purse.payer === payer).map(({ address }) => address);
}

/** Makes a key and keeps it, before anything is locked for it. Returns its address. */
export async function makePurse(payer: string): Promise<string> {
  const { makeKey } = await import('../../wallet/session-key.js');
  const key = makeKey();
  try {
    await keep({ ...key, payer, results: 0, waiting: [] });
  } catch (cause) {
    throw Object.assign(new PurseError('this browser does not keep the session’s key', 'leave the private window, or allow this site to keep data; nothing was signed or paid'), { cause });
  }
  return key.address;
}

/** Throws a key away that nothing was locked for. */
export const forgetPurse = (address: string): Promise<unknown> => run('readwrite', (store) => store.delete(address)).catch(() => undefined);

/** Runs that this origin's pages begin with one key follow one another: each voucher continues the one before. */
const inTurn = <T>(key: string, work: () => Promise<T>): Promise<T> => navigator.locks.request(`dehug-session-${key}`, work);

/** Signs for one run, and has `create` ask for it with that voucher. */
export function payFrom(session: { id: string; key: string }, terms: Pick<UsageTerms, 'chainId' | 'controller'>) {
  return (salt: string, input: Tensors, create: (voucher: Voucher) => Promise<Prediction>): Promise<Prediction> =>
    inTurn(session.key, async () => {
      const purse = await run('readonly', (store): IDBRequest<Purse | undefined> => store.get(session.key) as IDBRequest<Purse | undefined>);
      if (!purse) throw new PurseError('the session’s key is not in this browser', 'open another session; what this one has left comes back when it is closed');
      const { next: first, newest } = await getUsageSession({ id: session.id });
      const { results, waiting } = await settle(purse, newest);
      const next = first.units > results + waiting.length + 1 ? (await getUsageSession({ id: session.id })).next : first; // a run may have failed between the two
      if (next.units > results + waiting.length + 1) {
        throw new PurseError(`the hub says that ${next.units - 1} units are used, and this browser knows of ${results + waiting.length}`, 'nothing was signed; close the session on your sessions’ page, and what was not used comes back');
      }
      const request = sha256(requestBytes(salt, encodeTensors(input)));
      const transcript = `0x${hex(sha256(concat(utf8('dehug/transcript/v0'), unhex(next.after.slice(2)), request, bigEndian(1, 4))))}`;
      const { signVoucher } = await import('../../wallet/session-key.js');
      const signature = await signVoucher(purse, terms, { session: session.id, units: next.units, transcript });
      await keep({ ...purse, results, waiting: [...waiting, { transcript }] }); // what is signed is known of, whatever happens next
      const prediction = await create({ session: session.id, units: next.units, transcript, signature });
      await keep({ ...purse, results, waiting: [...waiting, { transcript, id: prediction.id }] });
      return prediction;
    });
}

/** What became of the runs that were signed for. One that failed used nothing. */
async function settle({ results, waiting }: Purse, newest: { prediction: string; transcript: string } | undefined): Promise<Pick<Purse, 'results' | 'waiting'>> {
  const open: Purse['waiting'] = [];
  for (const each of waiting) {
    const id = each.id ?? (newest?.transcript === each.transcript ? newest.prediction : undefined);
    if (id === undefined) continue; // the relay never took it, and takes it no more once another follows
    const status = await getPrediction({ id }).then(
      (prediction) => prediction.status,
      (thrown: unknown) => {
        if (thrown instanceof RelayError && thrown.code === 'not_found') return 'succeeded' as const; // long ago: to owe one at most is what was signed
        throw thrown;
      },
    );
    if (status === 'succeeded') results++;
    else if (status !== 'failed' && status !== 'canceled') open.push({ transcript: each.transcript, id });
  }
  return { results, waiting: open };
}
