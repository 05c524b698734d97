import type { ModelOffer, OfferProvider, Wishes } from '../../relay/index.js';
import { Input } from '../../ui/field.js';
import { shorten } from '../../ui/hash.js';
import { formatMoney } from './money.js';

/** What somebody says about who runs it: whom first, and what it may cost. */
export interface Who {
  /** An address; '' for whoever is best. */
  first: string;
  /** Dollars, as they were written. */
  most: string;
}

export const anybody: Who = { first: '', most: '' };

/** The most that a provider may ask, in millionths of a dollar; undefined where nothing is said, NaN where it is no amount. */
export function limitOf({ most }: Who): number | undefined {
  if (most.trim() === '') return undefined;
  const dollars = Number(most);
  return dollars >= 0 && dollars <= 1_000_000 ? Math.floor(dollars * 1e6 + 1e-6) : NaN;
}

/** As the relay takes it; undefined for anybody. */
export function wishesOf(who: Who, each: readonly OfferProvider[]): Wishes | undefined {
  const limit = limitOf(who);
  const named = each.some(({ provider }) => provider === who.first);
  if (!named && limit === undefined) return undefined;
  return { ...(named && { order: [who.first] }), ...(limit !== undefined && { max_price: limit }) };
}

/** The offer, for no more than that. */
export const within = (offer: ModelOffer, limit: number | undefined): ModelOffer => {
  if (limit === undefined || Number.isNaN(limit)) return offer;
  const costly = Math.min(offer.costly, limit);
  return { ...offer, costly, cheapest: Math.min(offer.cheapest, costly) };
};

/** What providers say that they do with what they are asked. */
export const policies = { none: 'keeps nothing', logs: 'keeps what you ask for a while', trains: 'may train on what you ask' } as const;

const about = ({ region, data_policy: policy, pay, free, checked }: OfferProvider) =>
  [
    formatMoney(pay),
    region ?? 'does not say where it is',
    policy ? policies[policy] : 'does not say what it keeps',
    free === 0 && 'busy',
    checked.agrees + checked.differs > 0 && `${checked.agrees} of ${checked.agrees + checked.differs} checked answers agreed`,
  ].filter(Boolean).join(' · ');

/** Who offers it, and a choice among them, for who opens it. */
export function ChooseProvider({ each, who, setWho, busy }: { each: readonly OfferProvider[]; who: Who; setWho: (who: Who) => void; busy: boolean }) {
  const limit = limitOf(who);
  return (
    <details className="border-b border-line px-5 py-3 text-sm">
      <summary className="cursor-pointer font-medium">Choose who runs it</summary>
      <div className="grid gap-4 pt-3 pb-2">
        <fieldset className="grid gap-2" disabled={busy}>
          <legend className="sr-only">Provider that is asked first</legend>
          <Choice checked={who.first === ''} choose={() => setWho({ ...who, first: '' })} name="Whoever is best" says="By success, time and price lately; one in ten goes to anybody, to know more." />
          {each.map((provider) => (
            <Choice key={`${provider.provider} ${provider.pay}`} checked={who.first === provider.provider} choose={() => setWho({ ...who, first: provider.provider })} name={shorten(provider.provider, 8, 6)} says={about(provider)} />
          ))}
        </fieldset>
        <div className="max-w-60">
          <Input
            label="At most, in dollars a run" inputMode="decimal" placeholder="any price" value={who.most} disabled={busy} onChange={({ target }) => setWho({ ...who, most: target.value })}
            {...(Number.isNaN(limit) && { error: 'a number of dollars, such as 0.001' })}
          />
        </div>
        <p className="text-xs text-faint">What providers say of themselves nobody can check; they answer for it by name. Where the first cannot, another one runs it.</p>
      </div>
    </details>
  );
}

function Choice({ checked, choose, name, says }: { checked: boolean; choose: () => void; name: string; says: string }) {
  return (
    <label className="flex cursor-pointer items-start gap-2.5">
      <input type="radio" name="first" checked={checked} onChange={choose} className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span className="min-w-0 wrap-anywhere"><span className="font-medium">{name}</span><span className="block text-xs text-faint">{says}</span></span>
    </label>
  );
}
