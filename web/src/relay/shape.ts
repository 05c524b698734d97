import { shapes } from './api.js';

/**
 * Says what is wrong with a value that should be of a schema of the API; undefined when nothing is. Fields that the schema does
 * not have are left alone: a newer relay may send more.
 */
export function wrongShape(type: string, value: unknown, at = 'the reply'): string | undefined {
  if (type === 'unknown') return undefined;
  if (type.endsWith('|null')) return value === null ? undefined : wrongShape(type.slice(0, -'|null'.length), value, at);
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) return `${at} is not a list`;
    return first(value, (item, i) => wrongShape(type.slice(0, -'[]'.length), item, `${at}[${i}]`));
  }
  const fields = shapes[type];
  if (fields === undefined) return typeof value === type && value !== null ? undefined : `${at} is not a ${type}`;
  if (typeof value !== 'object' || value === null) return `${at} is not a ${type}`;
  const object = value as Record<string, unknown>;
  return first(fields.split(' '), (field) => {
    const [name = '', fieldType = ''] = field.split(':');
    const key = name.replace('?', '');
    if (object[key] === undefined) return name === key ? `${at} has no ${key}` : undefined;
    return wrongShape(fieldType, object[key], `${at}.${key}`);
  });
}

function first<T>(list: T[], wrong: (item: T, i: number) => string | undefined): string | undefined {
  for (const [i, item] of list.entries()) {
    const found = wrong(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}
