import { expect, test } from 'vitest';
import listed from '../../public/pages.json';
import { router } from './router.js';
import { parseSearch, stringifySearch } from './search-params.js';

// The relay answers with the app for these addresses, and says 404 for all others.
test('public/pages.json lists the routes', () => {
  const routes = Object.keys(router.routesByPath).map((path) => path.replaceAll('$', ':'));
  expect([...listed].sort()).toEqual(routes.sort());
});

test('searches are plain in the address, and read back as they were', () => {
  const search = { q: 'cats & "dogs"', task: '12', size: '' };
  expect(stringifySearch(search)).toBe('?q=cats+%26+%22dogs%22&task=12');
  expect(parseSearch(stringifySearch(search))).toEqual({ q: 'cats & "dogs"', task: '12' });
  expect(stringifySearch({})).toBe('');
});
