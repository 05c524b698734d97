import type { Release } from './site-config.js';

/** What a page needs to show a release. `integrity` may be empty: then the browser does not check the widget's script. */
export interface SnippetParameters {
  /** Absolute URL of `widget.js`. */
  widget: string;
  integrity: string;
  release: Pick<Release, 'release' | 'signer' | 'task'>;
  gateways: readonly string[];
}

/** The HTML that puts a model on any page. */
export function makeSnippet({ widget, integrity, release, gateways }: SnippetParameters): string {
  const attributes = (pairs: Record<string, string>) =>
    Object.entries(pairs)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `\n  ${name}="${escape(value)}"`)
      .join('');
  const script = `<script type="module" fetchpriority="low"${attributes({ src: widget, integrity })}></script>`; // the page's own pictures first
  const { release: src, signer, task } = release;
  return `${script}\n<dehug-model${attributes({ src, signer, sources: gateways.join(' '), task })}></dehug-model>`;
}

/** The HTML that shows a model in a frame: no script of the hub's runs on the page that holds it. */
export function makeFrame({ hub, release }: { hub: string; release: Pick<Release, 'release' | 'title' | 'name'> }): string {
  const src = new URL(`/embed?src=${encodeURIComponent(release.release)}`, hub).href;
  return `<iframe\n  src="${escape(src)}"\n  title="${escape(release.title || release.name)}"\n  allow="camera; microphone"\n  loading="lazy"\n  width="100%"\n  height="720"></iframe>`;
}

function escape(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** The `integrity` value of a script: its SHA-384. Empty where the page may not hash (insecure contexts). */
export async function scriptIntegrity(url: string): Promise<string> {
  if (!isSecureContext) return '';
  const response = await fetch(url);
  if (!response.ok) return '';
  const digest = await crypto.subtle.digest('SHA-384', await response.arrayBuffer());
  return `sha384-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
