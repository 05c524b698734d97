/** What an order on chain waits for, and who may do what about it (contracts/src/JobOrders.sol). No framework. */
import type { OrderView } from '../../relay/index.js';

export type Party = 'payer' | 'provider' | 'other';

export const partyOf = ({ payer, provider }: Pick<OrderView, 'payer' | 'provider'>, address: string): Party => (address === payer ? 'payer' : address === provider ? 'provider' : 'other');

/** A command of dehug-relay's. */
export type Act = 'cancel' | 'settle' | 'release' | 'dispute';

export interface Next {
  /** What is waited for, or how it ended. */
  says: string;
  /** What whoever looks may do now; the usual one first. */
  acts: Act[];
}

type Ordered = Pick<OrderView, 'state' | 'due' | 'arbiter' | 'units' | 'done'>;

/** `now` in milliseconds. That a time is over the chain decides, by its own clock. */
export function nextOf({ state, due, arbiter, units, done }: Ordered, party: Party, now: number): Next {
  const over = due !== undefined && Date.parse(due) <= now;
  const payers = (...acts: Act[]): Act[] => (party === 'payer' ? acts : []);
  switch (state) {
    case 'open':
      return over
        ? { says: 'Its provider did not accept it in time. Whoever settles it gives the payer all of the price back.', acts: ['settle'] }
        : { says: 'It waits for its provider to accept it. Until then its payer can take it back.', acts: payers('cancel') };
    case 'accepted':
      return over
        ? { says: 'It was not delivered in time. Whoever settles it gives the payer the price and the bond.', acts: ['settle'] }
        : { says: 'The provider put up its bond, and is at work.', acts: [] };
    case 'delivered':
      if (over) return { says: 'The time to look at the result is over. Whoever settles it has all paid.', acts: ['settle'] };
      return {
        says: `The result is there for its payer to look at. If the payer says nothing in time, all is paid.${arbiter ? '' : ' The order names no arbiter, so there are no disputes.'}`,
        acts: arbiter ? payers('release', 'dispute') : payers('release'),
      };
    case 'disputed':
      return over
        ? { says: 'The arbiter did not rule in time. Whoever settles it has all paid; the payer gets the arbiter’s fee back.', acts: ['settle'] }
        : { says: 'The payer disputes the result, and the arbiter is to rule. The payer can still have all paid.', acts: payers('release') };
    case 'withdrawn':
      return { says: 'It was taken back, or nobody accepted it: the price went back to the payer.', acts: [] };
    case 'undelivered':
      return { says: 'It was not delivered in time: price and bond went to the payer.', acts: [] };
    case 'paid':
      return { says: 'It was delivered, and all was paid.', acts: [] };
    case 'ruled':
      return { says: `The arbiter ruled: ${done === units ? 'all was paid' : `${done} of ${units} units were paid`}.`, acts: [] };
    case 'unruled':
      return { says: 'The arbiter did not rule in time: all was paid.', acts: [] };
    case 'slashed':
      return { says: 'The provider signed two different results: price and bond went to the payer.', acts: [] };
  }
}

export const command = (act: Act, id: string): string =>
  `dehug-relay order ${act} ${id}${act === 'dispute' ? ' --reason reason.txt' : ''} --key ${act === 'settle' ? 'anybody' : 'payer'}.key --rpc https://node.example --deployment deployment.json`;
