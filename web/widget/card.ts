/** The frame of `<dehug-model>`, before a task and what was checked have their places in it. */
import { parts } from './constants.js';
import { h } from './dom.js';
import { language, t } from './strings.js';

/** What its buttons do, and what happens when the page offers other samples. */
export interface CardParameters {
  act: () => void;
  cancel: () => void;
  sampled: () => void;
}

/** Its elements. */
export interface Card {
  article: HTMLElement;
  status: HTMLElement;
  heading: HTMLElement;
  reference: HTMLElement;
  chip: HTMLElement;
  poster: HTMLImageElement;
  button: HTMLButtonElement;
  cancel: HTMLButtonElement;
  said: HTMLElement;
  bar: HTMLProgressElement;
  alert: HTMLElement;
  notice: HTMLElement;
  /** What is checked: until there is something to show, in words. */
  promise: HTMLElement;
  checks: HTMLElement;
  samples: HTMLSlotElement;
  body: HTMLElement;
  stage: HTMLElement;
  /** Places for what a task's view brings along. */
  screen: HTMLElement;
  choices: HTMLElement;
  findings: HTMLElement;
}

export function makeCard({ act, cancel: onCancel, sampled }: CardParameters): Card {
  const status = h('p', { class: 'unseen', role: 'status' });
  const heading = h('h2', {});
  const reference = h('code', { class: 'reference' });
  const chip = h('span', { class: 'chip' });
  const poster = h('img', { class: 'poster', alt: '', hidden: true });
  const button = h('button', { type: 'button', class: 'primary', part: parts.button, click: act });
  const cancel = h('button', { type: 'button', class: 'quiet', part: parts.cancel, hidden: true, click: onCancel }, t`Cancel`);
  const said = h('p', { class: 'said' });
  const bar = h('progress', { 'aria-label': t`Download`, hidden: true });
  const alert = h('div', { class: 'alert', part: parts.error, role: 'alert' });
  const notice = h('p', { class: 'notice', role: 'alert' });
  const promise = h('p', { class: 'hint' });
  const checks = h('section', { class: 'ledger', part: parts.ledger, 'aria-label': t`What is checked` }, h('h3', {}, t`What is checked`), promise);
  const samples = h('slot', { name: 'sample', hidden: true, slotchange: sampled });
  const screen = h('div', { class: 'screen' }, poster, h('p', { class: 'blank hint' }, t`What this model does is said in its manifest.`));
  const choices = h('div', { class: 'place' });
  const findings = h('div', { class: 'place' });
  const controls = h('div', { class: 'controls' }, button, cancel, said);
  const stage = h('section', { class: 'stage', part: parts.stage, 'aria-label': t`Input` }, screen, controls, bar, alert, choices, notice, findings, samples);
  const body = h('div', { class: 'body' }, stage, checks);
  const article = h(
    'article',
    { class: 'card', part: parts.card, lang: language(), 'aria-label': t`AI model` },
    h('header', { part: parts.header }, heading, reference, chip),
    body,
    status,
  );
  return { article, body, status, heading, reference, chip, poster, button, cancel, said, bar, alert, notice, promise, checks, samples, screen, choices, findings, stage };
}
