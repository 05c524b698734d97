import { QueryClient } from '@tanstack/react-query';
import { RelayError } from '../relay/index.js';

/** One for the whole site. A refusal is an answer: only what never arrived is asked for again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < 2 && (!(error instanceof RelayError) || error.code === 'unreachable' || error.code === 'unavailable'),
      retryDelay: (attempt) => 400 * 3 ** attempt,
    },
  },
});
