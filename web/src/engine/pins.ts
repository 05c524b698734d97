/**
 * The files that the runtime fetches, by their hashes: who has the right runtime.js or widget.js, as `integrity` on its
 * tag makes sure, has the right rest. Workers of the page's own origin are started by their address, which no browser
 * checks: they are as trusted as the page.
 */
import { sha256 } from '../verify/sha256.js';
import { DehugError } from './errors.js';

/** Set by the build: `sha256-…` of the files that were made before, by their paths beside this one. */
declare const __PINS__: Readonly<Record<string, string>> | undefined;

const pins: Readonly<Record<string, string>> = typeof __PINS__ === 'undefined' ? {} : __PINS__;

/** What `integrity` is for a file; empty where the build pinned nothing. A file may know those of others that it alone has use for. */
export function pinOf(name: string): string {
  return pins[name] ?? '';
}

/** What a file that does not come, or has another hash, is told as. */
export function notTheFile(url: string, cause?: unknown): DehugError {
  if (cause instanceof DehugError) return cause;
  return new DehugError('unreachable', `a part of the runtime could not be fetched from ${url}, or is not the file that belongs to this version`, {
    hint: 'check the connection, and that all files of the runtime are of one version',
    cause,
  });
}

/** Fetches a file of the runtime, of which no byte is given out before all of it has been hashed. */
export async function fetchPinned(base: URL, name: string, integrity = pinOf(name)): Promise<Response> {
  const url = new URL(name, base);
  const response = await fetch(url, { integrity }).catch((cause: unknown) => Promise.reject(notTheFile(url.href, cause)));
  if (response.ok) return response;
  throw notServed(url.href, response.status);
}

function notServed(url: string, status: number): DehugError {
  return new DehugError('unreachable', `a part of the runtime could not be fetched: ${url} answered with status ${status}`, {
    hint: 'check that the runtime files lie where `base` says',
  });
}

const asPin = (digest: Uint8Array): string => `sha256-${btoa(String.fromCharCode(...digest))}`;

/**
 * Fetches and compiles a part of the engine, which is given out once its hash has matched. Bytes are compiled on other threads while
 * they are hashed; to compile them as they arrive as well takes a copy of the stream, which on this thread costs more than it saves: 104 ms
 * against 85 from the browser's cache.
 */
export async function compilePinned(base: URL, name: string): Promise<WebAssembly.Module> {
  const subtle = crypto.subtle as SubtleCrypto | undefined; // missing in insecure contexts: then the browser hashes, before it compiles
  const pin = pinOf(name);
  if (pin === '' || subtle === undefined) return WebAssembly.compile(await (await fetchPinned(base, name)).arrayBuffer());
  const url = new URL(name, base).href;
  const response = await fetch(url).catch((cause: unknown) => Promise.reject(notTheFile(url, cause)));
  if (!response.ok) throw notServed(url, response.status);
  const bytes = await response.arrayBuffer();
  const [module, digest] = await Promise.all([WebAssembly.compile(bytes), subtle.digest('SHA-256', bytes)]);
  if (asPin(new Uint8Array(digest)) !== pin) throw notTheFile(url);
  return module;
}

/** As `compilePinned`, but waits for it. Not for the page's own thread. */
export function compilePinnedNow(base: URL, name: string): WebAssembly.Module {
  const url = new URL(name, base).href;
  try {
    const request = new XMLHttpRequest();
    request.open('GET', url, false);
    request.responseType = 'arraybuffer';
    request.send();
    if (request.status !== 200) throw notServed(url, request.status);
    const bytes = new Uint8Array(request.response as ArrayBuffer);
    const pin = pinOf(name);
    if (pin !== '' && pin !== asPin(sha256(bytes))) throw notTheFile(url);
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw notTheFile(url, cause);
  }
}

/**
 * Imports a file of the runtime. A script element makes the browser hash it; then it is in the document's map of modules,
 * where `import` finds it. A worker has no elements: there, it is imported as it is.
 */
export async function importPinned<T>(base: URL, name: string, integrity = pinOf(name)): Promise<T> {
  const url = new URL(name, base).href;
  try {
    if (integrity !== '' && typeof document !== 'undefined') await runPinned(url, integrity);
    return (await import(/* @vite-ignore */ url)) as T;
  } catch (cause) {
    throw notTheFile(url, cause);
  }
}

function runPinned(url: string, integrity: string): Promise<void> {
  const script = document.createElement('script');
  const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
  Object.assign(script, { type: 'module', crossOrigin: 'anonymous', integrity, ...(nonce !== undefined && { nonce }), src: scriptURL(url) });
  return new Promise<void>((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => reject(new Error('the script was refused'));
    document.head.append(script);
  }).finally(() => script.remove());
}

interface Policy {
  createScriptURL(url: string): string;
}

let policy: Policy | null = null;

/**
 * An address of ours, for a worker or a script. Pages with `require-trusted-types-for 'script'` want it to come from a
 * policy that they have allowed by name: `trusted-types dehug`. Nobody else can reach this one, so runtime.js and
 * widget.js each make their own, which a page with both has to allow.
 */
export function scriptURL(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } };
  try {
    policy ??= trustedTypes?.createPolicy('dehug', { createScriptURL: (ours) => ours }) ?? null;
  } catch (cause) {
    throw new DehugError('unsupported', 'the Trusted Types policy dehug is refused by this page, or exists twice', {
      hint: "allow it in Content-Security-Policy: trusted-types dehug, and 'allow-duplicates' where a page has both runtime.js and widget.js",
      cause,
    });
  }
  return policy?.createScriptURL(url) ?? url;
}
