/** The part of an address after `?`: plain names and values, so that people and programs can write it. */
export type SearchParams = Record<string, string | undefined>;

export const parseSearch = (text: string): SearchParams => Object.fromEntries(new URLSearchParams(text));

/** Leaves out what is empty. */
export function stringifySearch(search: Record<string, unknown>): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) if (typeof value === 'string' && value !== '') words.set(name, value);
  return words.size > 0 ? `?${words.toString()}` : '';
}
