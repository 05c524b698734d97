import { Link } from '@tanstack/react-router';
import type { ModelOf, ProviderOffer } from '../../relay/index.js';
import { Badge } from '../../ui/badge.js';
import { shorten } from '../../ui/hash.js';
import { Table } from '../../ui/table.js';
import { formatMoney } from './money.js';

/** What a provider runs now. */
export function OfferTable({ offers }: { offers: readonly ProviderOffer[] }) {
  return (
    <Table<ProviderOffer>
      caption="What it runs now"
      rows={offers}
      rowKey={({ version, mode, pay }) => `${version} ${mode} ${pay}`}
      columns={[
        { head: 'Model', names: true, cell: ({ model, version }) => <Model model={model} version={version} /> },
        { head: 'Mode', cell: ({ mode }) => <Badge>{mode}</Badge> },
        { head: 'A run', end: true, cell: ({ pay }) => formatMoney(pay) },
      ]}
    />
  );
}

const Model = ({ model, version }: { model: ModelOf | undefined; version: string }) =>
  model
    ? <Link to="/models/$owner/$name" params={model} search={{ version: model.version }} className="link wrap-anywhere">{model.title || model.name} <span className="text-faint">{model.version}</span></Link>
    : <span className="font-mono text-xs" title={version}>{version === '' ? 'any model' : shorten(version, 10, 6)}</span>;
