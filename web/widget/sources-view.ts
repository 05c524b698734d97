/** The sources, each with what became of trusting none of them. */
import type { Evidence } from '../src/engine/index.js';
import { parts } from './constants.js';
import { h, icon, setChildren, setText } from './dom.js';
import * as icons from './icons.js';
import { copyable } from './copyable.js';
import { formatBytes, plural } from './format.js';
import type { Ledger, LedgerSource } from './ledger.js';
import { sourceColours, sourceLetter } from './map-view.js';
import { t } from './strings.js';

const verdicts: Record<LedgerSource['state'], string> = {
  unasked: t`not asked`,
  ok: t`honest`,
  slow: t`slow`,
  unusable: t`unusable`,
  lying: t`lying`,
};

interface SourceView {
  item: HTMLElement;
  label: HTMLElement;
  verdict: HTMLElement;
  served: HTMLElement;
  evidence: HTMLElement;
  shown: number;
}

export class SourcesView {
  readonly element = h('ul', { class: 'sources', part: parts.sources });
  readonly #views: SourceView[] = [];

  constructor(private readonly announce: (text: string) => void) {}

  update(ledger: Ledger): void {
    setChildren(
      this.element,
      ledger.sources.map((source, i) => {
        const view = (this.#views[i] ??= makeSource(i));
        this.#draw(view, source);
        return view.item;
      }),
    );
  }

  clear(): void {
    this.#views.length = 0;
    this.element.replaceChildren();
  }

  #draw(view: SourceView, source: LedgerSource): void {
    view.item.dataset['state'] = source.state;
    setText(view.label, source.label);
    view.label.title = source.url;
    setText(view.verdict, verdicts[source.state]);
    setText(view.served, source.chunks > 0 ? `${plural(source.chunks, 'chunk')}, ${formatBytes(source.bytes)}` : '');
    if (view.shown === source.evidence.length) return;
    view.shown = source.evidence.length;
    const worst = source.evidence.find((each) => each.verdict === 'lying') ?? source.evidence.at(-1);
    if (worst) view.evidence.replaceChildren(...tellEvidence(worst, source, this.announce));
  }
}

function makeSource(index: number): SourceView {
  const label = h('span', { class: 'label' });
  const verdict = h('span', { class: 'verdict' });
  const served = h('span', { class: 'served' });
  const evidence = h('div', { class: 'evidence' });
  const letter = h('span', { class: 'letter', 'data-source': index % sourceColours }, sourceLetter(index));
  return { item: h('li', {}, letter, label, verdict, served, evidence), label, verdict, served, evidence, shown: 0 };
}

function tellEvidence(evidence: Evidence, source: LedgerSource, announce: (text: string) => void): Node[] {
  const others = source.evidence.length - 1;
  const more = others > 0 ? t` (and ${others} more)` : '';
  if (evidence.verdict !== 'lying') return [h('p', {}, `${capital(evidence.what)}: ${evidence.reason}${more}.`)];
  return [
    h('p', {}, icon(icons.warning), t`Sent ${formatBytes(evidence.bytes)} that are not ${evidence.what}${more}. Thrown away, and not asked again.`),
    h(
      'dl',
      {},
      h('dt', {}, t`Expected`),
      h('dd', {}, copyable('expected SHA-256', evidence.expected, announce)),
      h('dt', {}, t`Received`),
      h('dd', { class: 'wrong' }, copyable('received SHA-256', evidence.got, announce)),
    ),
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
