import { expect, it } from 'vitest';

it('importing the widget in a server does nothing, and defines nothing', async () => {
  expect(typeof document).toBe('undefined');
  const widget = await import('./index.js');
  expect(widget.DehugModelElement.observedAttributes).toContain('src');
  expect(typeof customElements).toBe('undefined');
});
