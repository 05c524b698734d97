import { expect, it } from 'vitest';
import readme from '../README.md?raw';
import { attributes, events, parts, states } from './constants.js';
import style from './style.css?raw';
import { knownTasks } from './task.js';

const reference = readme.slice(readme.indexOf('## The widget'));
const properties = new Set(style.match(/--dehug-[a-z-]+/g));

it('the reference names everything by which a page and the widget know each other', () => {
  const names = [...Object.values(attributes), ...states, ...Object.values(events), ...Object.values(parts), ...Object.keys(knownTasks), ...properties];
  expect(names.filter((name) => !reference.includes(`\`${name}\``))).toEqual([]);
});
