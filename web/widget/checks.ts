/**
 * What is checked, and what came of it, failures too: a file of its own, which is fetched when there is something to show, after the first
 * chunks have been asked for, or when something has gone wrong. What it says has been found out by the engine; here it is only shown.
 */
import type { DehugError, Model, VerifiedManifest } from '../src/engine/index.js';
import css from './checks.css?inline';
import { h } from './dom.js';
import { errorText } from './error-text.js';
import type { Ledger } from './ledger.js';
import { makeLegend, MapView } from './map-view.js';
import { ProofView } from './proof-view.js';
import { SourcesView } from './sources-view.js';
import { t } from './strings.js';

/** All that is known at a moment. */
export interface Known {
  ledger: Ledger;
  /** Address that the page asks for; empty for none. */
  signer: string;
  /** What was loaded, further models by path; null until then. */
  loaded: { model: Model; models: Readonly<Record<string, Model>> } | null;
  /** Milliseconds of the last run; null before it. */
  ran: number | null;
}

/** The views of one element. */
export interface Checks {
  readonly elements: readonly HTMLElement[];
  update(known: Known): void;
  /** What an error means, and what to do. */
  explain(error: DehugError): HTMLElement;
}

/** What this file exports as `checks`. */
export interface ChecksModule {
  css: string;
  make(announce: (text: string) => void): Checks;
}

class ChecksView implements Checks {
  readonly #map = new MapView();
  readonly #sources: SourcesView;
  readonly #proof: ProofView;
  readonly elements: readonly HTMLElement[];
  /** What the proof shows: all of it is made anew when one of these is another. */
  #ledger: Ledger | null = null;
  #manifest: VerifiedManifest | null = null;
  #loaded: Known['loaded'] = null;
  #ran: number | null = null;

  constructor(announce: (text: string) => void) {
    this.#sources = new SourcesView(announce);
    this.#proof = new ProofView(announce);
    this.elements = [h('div', { class: 'title' }, h('h3', {}, t`Chunks`), makeLegend()), this.#map.element, h('h3', {}, t`Sources`), this.#sources.element, this.#proof.element];
  }

  explain(error: DehugError): HTMLElement {
    const { title, advice, code, detail } = errorText(error);
    return h('div', {}, h('strong', {}, title), h('p', {}, advice), h('p', { class: 'detail' }, h('code', {}, code), ` ${detail}`));
  }

  update({ ledger, signer, loaded, ran }: Known): void {
    if (ledger !== this.#ledger) {
      this.#ledger = ledger;
      this.#manifest = this.#loaded = this.#ran = null;
      this.#map.clear();
      this.#sources.clear();
      this.#proof.expect(signer);
    }
    this.#map.update(ledger);
    this.#sources.update(ledger);
    if (ledger.manifest !== this.#manifest) {
      this.#manifest = ledger.manifest;
      if (ledger.manifest !== null) this.#proof.showManifest(ledger.manifest);
    }
    if (loaded !== this.#loaded) {
      this.#loaded = loaded;
      if (loaded !== null) this.#proof.showModels(loaded.model, loaded.models);
    }
    if (ran !== this.#ran) {
      this.#ran = ran;
      if (ran !== null) this.#proof.showRun(ran);
    }
  }
}

export const checks: ChecksModule = { css, make: (announce) => new ChecksView(announce) };
