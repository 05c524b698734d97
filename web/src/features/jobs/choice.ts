/** Why a provider was chosen, in words. No framework. */
import type { Choice } from '../../relay/index.js';

const reasons: Record<Choice['why'], string> = {
  order: 'the first of those that you named',
  sort: 'the best by what you sort by',
  best: 'the best by success, time and price lately',
  explore: 'one in ten goes to anybody, so that more is known',
  last: 'nobody else was free',
  quoted: 'its price was agreed on before',
};

const exclusions: Record<string, string> = {
  not_in_only: 'not among those that you allow', ignored: 'that you ignore', not_in_order: 'that you did not name', price: 'above the price', region: 'elsewhere', data_policy: 'with another data policy',
  not_warm: 'without the model in memory', hardware: 'without that hardware', banned: 'banned', busy: 'busy', outage: 'that failed a moment ago', probation: 'on probation',
};

/** “the best by success, time and price lately; of 3 that offer it, 1 above the price”. */
export function whyChosen({ why, considered, excluded = {} }: Choice): string {
  const left = Object.entries(excluded).filter(([, n]) => n > 0).map(([code, n]) => `${n} ${exclusions[code] ?? code}`);
  const of = considered === 1 ? 'nobody else offers it' : `of ${considered} that offer it${left.length > 0 ? `, ${left.join(', ')}` : ''}`;
  return `${reasons[why]}; ${of}`;
}
