/** What is known about the model once its manifest has been checked, and how long each part of the work took. */
import type { Model, Timings, VerifiedManifest } from '../src/engine/index.js';
import { copyable } from './copyable.js';
import { parts } from './constants.js';
import { h } from './dom.js';
import { formatBytes, formatDuration } from './format.js';
import { t } from './strings.js';

export class ProofView {
  readonly element = h('section', { class: 'proof', part: parts.proof, 'aria-label': t`Proof` });
  readonly #facts = h('dl', { class: 'facts' });
  readonly #times = h('ul', { class: 'times', 'aria-label': t`Time taken` });
  #runTime: HTMLElement | null = null;

  constructor(private readonly announce: (text: string) => void) {
    this.element.append(this.#facts, this.#times);
  }

  /** Before a load: what the page asks for. `signer` may be empty. */
  expect(signer: string): void {
    this.#facts.replaceChildren();
    this.#times.replaceChildren();
    this.#runTime = null;
    if (signer !== '') this.#fact(t`Signer`, copyable(t`signer address`, signer, this.announce), t`asked for by this page; not checked yet`);
  }

  showManifest(manifest: VerifiedManifest): void {
    this.#facts.replaceChildren();
    const { signer, signerPinned, license } = manifest;
    if (signer === null) this.#fact(t`Signer`, t`nobody signed`);
    else this.#fact(t`Signer`, copyable(t`signer address`, signer, this.announce), signerPinned ? t`signature of the address this page asks for; not checked on chain` : t`signature checked; not checked on chain`);
    this.#fact(t`Manifest`, copyable(t`manifest digest`, manifest.digest, this.announce), 'SHA-256');
    if (license.spdx !== '') this.#fact(t`License`, /^https?:\/\//.test(license.uri) ? h('a', { href: license.uri, rel: 'noopener' }, license.spdx) : license.spdx);
  }

  /** `more` are further models of the task, by path. */
  showModels(model: Model, more: Readonly<Record<string, Model>>): void {
    const bits = model.mode === 'strict' ? t`strict: the same bits on every machine` : t`fast: within rounding on every machine`;
    this.#fact(t`Plan`, copyable(t`plan hash`, model.planHash, this.announce), bits);
    for (const [path, { planHash }] of Object.entries(more)) this.#fact(t`Plan`, copyable(t`plan hash of ${path}`, planHash, this.announce), t`of ${path}`);
    const where = model.where === 'worker' ? t`a worker of this page, or on the page itself while its runs are short` : t`the page’s own thread: workers are not allowed here`;
    const all = [model, ...Object.values(more)];
    const sum = (what: 'moduleBytes' | 'memoryBytes') => formatBytes(all.reduce((total, { timings }) => total + timings[what], 0));
    this.#fact(t`Runs in`, where, t`${sum('moduleBytes')} of WebAssembly made here, ${sum('memoryBytes')} of memory`);
    for (const [name, ms] of spans(model.timings)) this.#times.append(time(name, ms).item);
  }

  showRun(ms: number): void {
    if (!this.#runTime) {
      const { item, value } = time(t`run`, ms);
      item.classList.add('run');
      this.#times.append(item);
      this.#runTime = value;
    }
    this.#runTime.textContent = formatDuration(ms);
  }

  #fact(name: string, value: Node | string, note = ''): void {
    this.#facts.append(h('div', {}, h('dt', {}, name), h('dd', {}, value, note && h('small', {}, note))));
  }
}

function time(name: string, ms: number): { item: HTMLElement; value: HTMLElement } {
  const value = h('b', {}, formatDuration(ms));
  return { item: h('li', {}, value, ` ${name}`), value };
}

/** Milliseconds of each part: the engine's clock readings, one minus the one before. */
function spans({ engine, manifest, skim, compile, ready }: Timings): [name: string, ms: number][] {
  return [
    [t`start`, engine],
    [t`verify`, manifest - engine],
    [t`read`, skim - manifest],
    [t`compile`, compile - skim],
    [t`fill`, Math.max(0, ready - compile)],
  ];
}
