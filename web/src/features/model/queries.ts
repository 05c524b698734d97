/** Questions about models, as the pages ask them. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ModelSearch } from '../../app/router.js';
import { getModel, getModelByID, getVersion, listVersions, searchModels, type SearchModelsRequest } from '../../relay/index.js';
import { higherFirst } from './semver.js';
import { getSiteConfig } from '../../site-config.js';

/** Where to stream from. */
export const configQuery = queryOptions({ queryKey: ['config'], queryFn: () => getSiteConfig(), staleTime: 5 * 60_000 });

/** What is in an address was written by anybody: the relay says what is wrong with it. */
const request = (search: ModelSearch) => search as SearchModelsRequest;

/** A page of models, with how many there are of what. */
export const searchQuery = (search: ModelSearch, limit = 30) =>
  infiniteQueryOptions({
    queryKey: ['models', search, limit],
    queryFn: ({ pageParam, signal }) => searchModels({ ...request(search), limit, ...(pageParam === '' ? { facets: true } : { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

/** The first models that a search finds. */
export const listQuery = (search: ModelSearch, limit: number) =>
  queryOptions({ queryKey: ['models', 'list', search, limit], queryFn: ({ signal }) => searchModels({ ...request(search), limit, facets: true }, { signal }) });

export const modelQuery = (owner: string, name: string) => queryOptions({ queryKey: ['model', owner, name], queryFn: ({ signal }) => getModel({ owner, name }, { signal }) });

/** By its id on chain. */
export const modelByIdQuery = (id: string) => queryOptions({ queryKey: ['model', id], queryFn: ({ signal }) => getModelByID({ id }, { signal }) });

export const versionsQuery = (owner: string, name: string) =>
  queryOptions({
    queryKey: ['model', owner, name, 'versions'],
    // Those of a folder and of the chain are listed as they were found.
    queryFn: async ({ signal }) => {
      const page = await listVersions({ owner, name, limit: 100 }, { signal });
      return { ...page, items: page.items.toSorted((a, b) => higherFirst(a.version, b.version)) };
    },
  });

/** A version never changes. */
export const versionQuery = (owner: string, name: string, version: string) =>
  queryOptions({
    queryKey: ['model', owner, name, 'version', version],
    queryFn: ({ signal }) => getVersion({ owner, name, version }, { signal }),
    staleTime: Infinity,
  });
