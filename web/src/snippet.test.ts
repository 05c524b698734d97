import { expect, it } from 'vitest';
import { makeFrame, makeSnippet } from './snippet.js';

const release = { release: 'bafy', signer: '0xA', task: 'face-detection' };

it('writes one script and one tag', () => {
  const got = makeSnippet({ widget: 'http://hub/runtime/widget.js', integrity: 'sha384-x', release, gateways: ['http://a', 'http://b'] });
  expect(got).toBe(`<script type="module" fetchpriority="low"
  src="http://hub/runtime/widget.js"
  integrity="sha384-x"></script>
<dehug-model
  src="bafy"
  signer="0xA"
  sources="http://a http://b"
  task="face-detection"></dehug-model>`);
});

it('writes a frame', () => {
  expect(makeFrame({ hub: 'https://hub.example/x', release: { release: 'bafy', title: 'A "model"', name: 'm' } })).toBe(`<iframe
  src="https://hub.example/embed?src=bafy"
  title="A &quot;model&quot;"
  allow="camera; microphone"
  loading="lazy"
  width="100%"
  height="720"></iframe>`);
});

it('leaves out what is not known, and escapes what could end an attribute', () => {
  const got = makeSnippet({ widget: 'http://hub/?a&b"<', integrity: '', release: { ...release, signer: '', task: '' }, gateways: [] });
  expect(got).toBe(`<script type="module" fetchpriority="low"
  src="http://hub/?a&amp;b&quot;&lt;"></script>
<dehug-model
  src="bafy"></dehug-model>`);
});
