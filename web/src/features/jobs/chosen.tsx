import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Choice } from '../../relay/index.js';
import { shorten } from '../../ui/hash.js';
import { whyChosen } from './choice.js';
import { choiceQuery } from './queries.js';

/** A provider by its address, as a link to what is known of it. */
export const ProviderLink = ({ address }: { address: string }) => <Link to="/providers/$address" params={{ address }} title={address} className="link font-mono text-xs">{shorten(address, 8, 6)}</Link>;

/** Who was chosen to do a job, and why; nothing while nobody is. */
export function Chosen({ id, attempts }: { id: string; attempts: number }) {
  const choice = useQuery(choiceQuery(id, attempts)).data;
  return choice ? <Said choice={choice} /> : null;
}

const Said = ({ choice }: { choice: Choice }) => <p className="text-xs text-faint wrap-anywhere">By provider <ProviderLink address={choice.provider} />: {whyChosen(choice)}.</p>;
