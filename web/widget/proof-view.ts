/** What is known about the model once its manifest has been checked, and how long each part of the work took. */
import type { Model, Timings, VerifiedManifest } from '../src/engine/index.js';
import { copyable } from './copyable.js';
import { parts } from './constants.js';
import { h } from './dom.js';
import { formatBytes, formatDuration } from './format.js';

export class ProofView {
  readonly element = h('section', { class: 'proof', part: parts.proof, 'aria-label': 'Proof' });
  private readonly facts = h('dl', { class: 'facts' });
  private readonly times = h('ul', { class: 'times', 'aria-label': 'Time taken' });
  private runTime: HTMLElement | null = null;

  constructor(private readonly announce: (text: string) => void) {
    this.element.append(this.facts, this.times);
  }

  /** Before a load: what the page asks for. `signer` may be empty. */
  expect(signer: string): void {
    this.facts.replaceChildren();
    this.times.replaceChildren();
    this.runTime = null;
    if (signer !== '') this.fact('Signer', copyable('signer address', signer, this.announce), 'asked for by this page; not checked yet');
  }

  showManifest(manifest: VerifiedManifest): void {
    this.facts.replaceChildren();
    const { signer, signerPinned, license } = manifest;
    if (signer === null) this.fact('Signer', 'nobody signed');
    else this.fact('Signer', copyable('signer address', signer, this.announce), `signature ${signerPinned ? 'of the address this page asks for' : 'checked'}; not checked on chain`);
    this.fact('Manifest', copyable('manifest digest', manifest.digest, this.announce), 'SHA-256');
    this.fact('License', /^https?:\/\//.test(license.uri) ? h('a', { href: license.uri, rel: 'noopener' }, license.spdx) : license.spdx);
  }

  /** `more` are further models of the task, by path. */
  showModels(model: Model, more: Readonly<Record<string, Model>>): void {
    const bits = model.mode === 'strict' ? 'strict: the same bits on every machine' : 'fast: within rounding on every machine';
    this.fact('Plan', copyable('plan hash', model.planHash, this.announce), bits);
    for (const [path, { planHash }] of Object.entries(more)) this.fact('Plan', copyable(`plan hash of ${path}`, planHash, this.announce), `of ${path}`);
    const where = model.where === 'worker' ? 'a worker of this page, or on the page itself while its runs are short' : 'the page’s own thread: workers are not allowed here';
    const all = [model, ...Object.values(more)];
    const sum = (what: 'moduleBytes' | 'memoryBytes') => formatBytes(all.reduce((total, { timings }) => total + timings[what], 0));
    this.fact('Runs in', where, `${sum('moduleBytes')} of WebAssembly made here, ${sum('memoryBytes')} of memory`);
    for (const [name, ms] of spans(model.timings)) this.times.append(time(name, ms).item);
  }

  showRun(ms: number): void {
    if (!this.runTime) {
      const { item, value } = time('run', ms);
      item.classList.add('run');
      this.times.append(item);
      this.runTime = value;
    }
    this.runTime.textContent = formatDuration(ms);
  }

  private fact(name: string, value: Node | string, note = ''): void {
    this.facts.append(h('div', {}, h('dt', {}, name), h('dd', {}, value, note && h('small', {}, note))));
  }
}

function time(name: string, ms: number): { item: HTMLElement; value: HTMLElement } {
  const value = h('b', {}, formatDuration(ms));
  return { item: h('li', {}, value, ` ${name}`), value };
}

/** Milliseconds of each part: the engine's clock readings, one minus the one before. */
function spans(t: Timings): [name: string, ms: number][] {
  return [
    ['start', t.engine],
    ['verify', t.manifest - t.engine],
    ['read', t.skim - t.manifest],
    ['compile', t.compile - t.skim],
    ['fill', Math.max(0, t.ready - t.compile)],
  ];
}
