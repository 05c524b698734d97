/** The page at `/`: shows the relay's first release that the widget has a task for. */
import type { DehugModelElement } from '../widget/index.js';
import { getSiteConfig, type Release, type SiteConfig } from './site-config.js';
import { makeSnippet, scriptIntegrity } from './snippet.js';

const widgetUrl = new URL('/runtime/widget.js', location.href).href;

/** Milliseconds until the page says that it is still waiting for the widget. */
const patience = 8000;

function find<T extends Element>(selector: string, type: new () => T): T {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`index.html has no ${selector}`);
  return element;
}

function say(text: string): void {
  find('#message', HTMLElement).textContent = text;
}

async function start(): Promise<void> {
  const config = await getSiteConfig();
  const release = config.releases.find((each) => each.task === 'face-detection');
  if (!release) {
    say('This relay has no face detector yet. Publish one with “dehug-relay publish”, then reload this page.');
    return;
  }
  const late = setTimeout(() => say('The widget has not arrived yet. If this does not change, reload this page.'), patience);
  await customElements.whenDefined('dehug-model');
  clearTimeout(late);
  say('');
  showModel(release, config);
  showLinks(release, config);
  await showSnippet(release, config);
}

function showModel(release: Release, config: SiteConfig): void {
  const model = document.querySelector('dehug-model');
  if (!model) throw new Error('index.html has no dehug-model');
  model.setAttribute('task', release.task);
  model.setAttribute('src', release.release);
  if (release.signer !== '') model.setAttribute('signer', release.signer);
  if (release.bytes > 0) model.setAttribute('model-bytes', String(release.bytes));
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
  input.addEventListener('change', apply);
}

function showLinks(release: Release, { gateways }: SiteConfig): void {
  const gateway = gateways[0];
  if (gateway === undefined) return;
  const links: [string, string][] = [
    ['The manifest, as signed', `${gateway}/ipfs/${release.manifest}?format=raw`],
    ['What this relay offers', '/config.json'],
  ];
  find('#links', HTMLElement).append(
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
  const text = makeSnippet({ widget: widgetUrl, integrity, release, gateways });
  const code = find('#snippet', HTMLElement);
  code.textContent = text;
  find('.snippet', HTMLElement).hidden = false;

  const button = find('#copy', HTMLButtonElement);
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => (button.textContent = 'Copied'),
      () => {
        getSelection()?.selectAllChildren(code);
        button.textContent = 'Selected: copy with the keyboard';
      },
    );
  });
}

start().catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
