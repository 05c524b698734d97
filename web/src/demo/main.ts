/** The page at `/demo`: shows one release of the relay for each task that it has a demonstration of. */
import type { DehugModelElement } from '../../widget/index.js';
import { demos, type Demo } from './demos.js';
import { getSiteConfig, type Release, type SiteConfig } from '../site-config.js';
import { makeFrame, makeSnippet, scriptIntegrity } from '../snippet.js';

const widgetUrl = new URL('/runtime/widget.js', location.href).href;

/** Milliseconds until the page says that it is still waiting for the widget. */
const patience = 8000;

/** Milliseconds between two looks at what the relay offers, while something is missing. */
const lookAgain = 4000;

function find<T extends Element>(selector: string, type: new () => T): T {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`demo.html has no ${selector}`);
  return element;
}

function say(text: string): void {
  find('#message', HTMLElement).textContent = text;
}

async function start(): Promise<void> {
  const config = await getSiteConfig();
  if (offered(config).length === 0) {
    say('This relay has no model yet that this page has a demonstration for. Publish one with “dehug-relay publish”, then reload this page.');
    return;
  }
  const late = setTimeout(() => say('The widget has not arrived yet. If this does not change, reload this page.'), patience);
  await customElements.whenDefined('dehug-model');
  clearTimeout(late);
  say('');
  showTabs(config);
  await show(config, wanted());
  addEventListener('popstate', () => void show(config, wanted()));
  watchForMore(config);
}

/** What there is a release for. */
function offered({ releases }: SiteConfig): Demo[] {
  return demos.filter(({ task }) => releases.some((release) => release.task === task));
}

/** The task in the page's address; null for the first. */
function wanted(): string | null {
  return new URLSearchParams(location.search).get('task');
}

/** One link for each task; they work by address, so that one can be sent to somebody. */
function showTabs(config: SiteConfig): void {
  const tabs = find('#tasks', HTMLElement);
  const list = offered(config);
  tabs.hidden = list.length < 2;
  tabs.replaceChildren(
    ...list.map(({ task, tab }) => {
      const link = document.createElement('a');
      link.href = `?task=${task}`;
      link.dataset['task'] = task;
      link.textContent = tab;
      link.addEventListener('click', (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        history.pushState(null, '', link.href);
        void show(config, task);
      });
      return link;
    }),
  );
}

/** Shows the demonstration of a task, or the first one where there is no such. */
async function show(config: SiteConfig, task: string | null): Promise<void> {
  const list = offered(config);
  const demo = list.find((each) => each.task === task) ?? list[0];
  const release = config.releases.find((each) => each.task === demo?.task);
  if (!demo || !release) return;
  for (const link of document.querySelectorAll<HTMLElement>('#tasks a')) {
    if (link.dataset['task'] === demo.task) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  find('#what', HTMLElement).textContent = demo.what;
  const samples = find(`#samples-${demo.task}`, HTMLTemplateElement);
  find('#credit', HTMLElement).textContent = samples.dataset['credit'] ?? '';
  showModel(release, config, samples);
  showLinks(release, config);
  await showSnippet(release, config);
}

/** Models that are published while the page is open get their tabs. */
function watchForMore(config: SiteConfig): void {
  const missing = () => offered(config).length < demos.length;
  const look = async () => {
    if (document.hidden || !missing()) return;
    const { releases } = await getSiteConfig();
    if (releases.length === config.releases.length) return;
    config.releases = releases;
    showTabs(config);
    const { task } = find('#model', HTMLElement).dataset;
    document.querySelector(`#tasks a[data-task="${task ?? ''}"]`)?.setAttribute('aria-current', 'page');
  };
  const timer = setInterval(() => {
    if (!missing()) clearInterval(timer);
    else look().catch(() => undefined); // the relay is away for a moment; the page says so when it is needed
  }, lookAgain);
}

function showModel(release: Release, config: SiteConfig, samples: HTMLTemplateElement): void {
  const model = document.querySelector('dehug-model');
  if (!model) throw new Error('demo.html has no dehug-model');
  model.dataset['task'] = release.task;
  model.setAttribute('task', release.task);
  model.setAttribute('src', release.release);
  model.replaceChildren(samples.content.cloneNode(true));
  for (const [name, value] of [['signer', release.signer], ['model-bytes', release.bytes > 0 ? String(release.bytes) : '']] as const) {
    if (value === '') model.removeAttribute(name);
    else model.setAttribute(name, value);
  }
  model.sources = config.gateways;
  model.hidden = false;
  if (config.demoFaultGateway !== '') offerLiar(model, config);
}

/** A switch that puts a damaging gateway before the honest ones, and starts over so that one can watch. */
function offerLiar(model: DehugModelElement, { gateways, demoFaultGateway }: SiteConfig): void {
  const label = find('#liar', HTMLElement);
  const input = find('#liar input', HTMLInputElement);
  label.hidden = false;
  const apply = () => {
    model.sources = input.checked ? [demoFaultGateway, ...gateways] : gateways;
  };
  apply(); // browsers restore a switch when a page is reloaded
  input.onchange = apply;
}

function showLinks(release: Release, { gateways }: SiteConfig): void {
  const gateway = gateways[0];
  if (gateway === undefined) return;
  const links: [string, string][] = [
    ['The manifest, as signed', `${gateway}/ipfs/${release.manifest}?format=raw`],
    ['What this relay offers', '/config.json'],
  ];
  find('#links', HTMLElement).replaceChildren(
    ...links.map(([text, href]) => {
      const link = document.createElement('a');
      link.href = href;
      link.textContent = text;
      return link;
    }),
  );
}

async function showSnippet(release: Release, { gateways }: SiteConfig): Promise<void> {
  const integrity = await scriptIntegrity(widgetUrl);
  offerText('#snippet', makeSnippet({ widget: widgetUrl, integrity, release, gateways }));
  offerText('#frame', makeFrame({ hub: location.href, release }));
}

/** Shows text with the button beside it that copies it. */
function offerText(place: string, text: string): void {
  const code = find(place, HTMLElement);
  code.textContent = text;
  const box = code.closest<HTMLElement>('.snippet');
  const button = box?.querySelector<HTMLButtonElement>('.copy');
  if (!box || !button) throw new Error(`demo.html has no button beside ${place}`);
  box.hidden = false;
  button.textContent = 'Copy';
  button.onclick = () => {
    navigator.clipboard.writeText(text).then(
      () => (button.textContent = 'Copied'),
      () => {
        getSelection()?.selectAllChildren(code);
        button.textContent = 'Selected: copy with the keyboard';
      },
    );
  };
}

start().catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
