import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ModelDetail, OnChain, PlanInfo, Sales } from '../../relay/index.js';
import { Address } from '../../ui/address.js';
import { Badge } from '../../ui/badge.js';
import { Bar } from '../../ui/bar.js';
import { counted, formatAmount, formatCount, formatParts } from '../../ui/format.js';
import { Hash } from '../../ui/hash.js';
import { Empty } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { TransferModel } from './powers.js';

const nobody = '0x0000000000000000000000000000000000000000';

/** Who owns the model, who gets what it earns, what its use costs, and what was paid: as the chain says. */
export function Ownership({ model }: { model: ModelDetail }) {
  const { onChain } = model;
  if (!onChain) return <NotOnChain />;
  return (
    <div className="grid gap-10">
      <div className="grid gap-x-12 gap-y-10 lg:grid-cols-2">
        <Owner model={model} onChain={onChain} />
        <Split onChain={onChain} />
      </div>
      <Plans plans={onChain.plans} />
      <Paid sales={onChain.sales} />
      <Transfers onChain={onChain} />
    </div>
  );
}

/** In place of what only the chain can say. */
export function NotOnChain() {
  return (
    <Empty icon="shield" title="This model is not on a chain that this hub follows">
      It is signed by its author all the same, and its files are checked against that. Ownership, lineage, plans and payments are what a registry on chain adds.
    </Empty>
  );
}

function Section({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  const id = `s-${title.replaceAll(' ', '-').toLowerCase()}`;
  return (
    <section aria-labelledby={id} className="grid content-start gap-3">
      <div>
        <h2 id={id} className="text-lg">{title}</h2>
        {note !== undefined && <p className="text-sm text-faint">{note}</p>}
      </div>
      {children}
    </section>
  );
}

function Owner({ model, onChain }: { model: ModelDetail; onChain: OnChain }) {
  const { owner, publisher, id, recovery, royaltyBps, block } = onChain;
  const line = 'flex items-center justify-between gap-4 border-b border-line py-2';
  return (
    <Section title="Owner" note="Whoever holds the model’s NFT decides about it. Versions that were published never change.">
      <dl className="text-sm">
        <div className={line}><dt className="text-faint">Owned by</dt><dd><Address of={owner} /></dd></div>
        <div className={line}><dt className="text-faint">First published by</dt><dd>{publisher === owner ? 'the same account' : <Address of={publisher} />}</dd></div>
        <div className={line}><dt className="text-faint">NFT</dt><dd><Hash value={id} what="the id of the NFT" /></dd></div>
        <div className={line}><dt className="text-faint">Asked of a resale</dt><dd title="Marketplaces may ignore it.">{royaltyBps === 0 ? 'nothing' : `${formatParts(royaltyBps * 100)}, as a signal`}</dd></div>
        <div className={line}><dt className="text-faint">On chain since block</dt><dd className="tabular-nums">{block.toLocaleString('en')}</dd></div>
        {recovery && <div className={line}><dt className="text-faint">Recovery by</dt><dd className="flex items-center gap-2">{recovery.to && <Badge tone="warn">asked for</Badge>}<Address of={recovery.address} /></dd></div>}
      </dl>
      <TransferModel model={model} />
    </Section>
  );
}

function Split({ onChain }: { onChain: OnChain }) {
  const { split, splitter } = onChain;
  return (
    <Section title="Split" note="How the author’s part of every payment is divided. It was fixed at publishing.">
      {split.length === 0
        ? <p className="flex items-center gap-3 text-sm text-soft">All of it goes to <Address of={splitter} /></p>
        : (
          <>
            {split.length > 1 && <Bar label="Shares" segments={split.map(({ recipient, parts }) => ({ name: `${recipient.slice(0, 6)}…`, value: parts, text: formatParts(parts) }))} />}
            <ul className="text-sm">
              {split.map(({ recipient, parts, models }) => (
                <li key={recipient} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line py-2">
                  {models && models.length > 0
                    ? <span className="text-soft">those of {models.map(({ id, owner, name }) => <Link key={id} to="/models/$owner/$name" params={{ owner, name }} className="link font-mono text-xs">{name}</Link>)}</span>
                    : <Address of={recipient} />}
                  <span className="tabular-nums">{formatParts(parts)}</span>
                </li>
              ))}
            </ul>
          </>
        )}
    </Section>
  );
}

const amount = (value: string, { symbol, decimals }: PlanInfo['token']) => `${formatAmount(value, decimals)} ${symbol || 'tokens'}`;

function period(seconds: number): string {
  const days = seconds / 86_400;
  return Number.isInteger(days) ? counted(days, 'day') : `${seconds.toLocaleString('en')} s`;
}

function Plans({ plans }: { plans: PlanInfo[] }) {
  return (
    <Section title="Plans" note="What a unit of use costs. A plan never changes: a new price is a new plan.">
      {plans.length === 0 ? <p className="text-sm text-soft">None yet. To run the model in a browser costs nothing.</p> : (
        <Table
          caption="Plans and their prices"
          rows={plans}
          rowKey={({ id }) => id}
          columns={[
            { head: 'Price', names: true, className: 'whitespace-nowrap', cell: ({ price, token, unitKind, period: seconds, quota }) => <><span className="font-semibold tabular-nums">{amount(price, token)}</span> <span className="text-faint">{seconds > 0 ? `for ${quota.toLocaleString('en')} × ${unitKind} in ${period(seconds)}` : `per ${unitKind}`}</span></> },
            { head: 'Author', end: true, cell: ({ authorFee, token }) => formatAmount(authorFee, token.decimals) },
            { head: 'Relay', end: true, cell: ({ relayFee, token }) => formatAmount(relayFee, token.decimals) },
            { head: 'Compute, at most', end: true, cell: ({ computeCap, token }) => formatAmount(computeCap, token.decimals) },
            { head: 'Passes', className: 'max-md:hidden', cell: ({ transferable }) => <Badge>{transferable ? 'can be given on' : 'stay with the buyer'}</Badge> },
            { head: 'Since', className: 'max-md:hidden whitespace-nowrap', cell: ({ at }) => <Time at={at} /> },
          ]}
        />
      )}
    </Section>
  );
}

/** As a number for a drawing: digits that do not fit are not seen. */
const drawn = (value: string) => Number(BigInt(value));

function Paid({ sales }: { sales: Sales[] }) {
  return (
    <Section title="Paid for use" note="What was settled on chain so far, and who got it.">
      {sales.length === 0 ? <p className="text-sm text-soft">Nothing yet.</p> : (
        <ul className="grid gap-6">
          {sales.map(({ token, total, author, relay, compute, payers, units }) => (
            <li key={token.address} className="grid gap-4 rounded-lg border border-line bg-card p-5">
              <p className="flex flex-wrap items-baseline gap-x-3">
                <span className="text-lg font-semibold tabular-nums">{amount(total, token)}</span>
                <span className="text-sm text-soft">by {counted(payers, 'account')} for {formatCount(units)} units</span>
              </p>
              <Bar label={`Who got it, in ${token.symbol}`} segments={[
                { name: 'Author and those who share', value: drawn(author), text: formatAmount(author, token.decimals) },
                { name: 'Compute', value: drawn(compute), text: formatAmount(compute, token.decimals) },
                { name: 'Relay', value: drawn(relay), text: formatAmount(relay, token.decimals) },
              ]} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Transfers({ onChain }: { onChain: OnChain }) {
  return (
    <Section title="History of ownership">
      <ol className="text-sm">
        {onChain.transfers.map(({ from, to, tx, at, block }, i) => (
          <li key={`${tx}-${i}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2">
            {from === nobody ? <span className="text-soft">Made by</span> : <><Address of={from} /><span className="text-soft">gave it to</span></>}
            <Address of={to} />
            <span className="flex flex-wrap items-center gap-x-3 text-xs whitespace-nowrap text-faint sm:ml-auto"><Time at={at} /><span className="tabular-nums">block {block.toLocaleString('en')}</span><Hash value={tx} what="the transaction’s hash" head={6} tail={4} /></span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
