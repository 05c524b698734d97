import { queryOptions, useQuery } from '@tanstack/react-query';
import type { VersionInfo } from '../../relay/index.js';
import { configQuery } from './queries.js';

/** The release, checked here: see verified.ts, which is fetched for it. */
const releaseQuery = (version: VersionInfo, gateways: readonly string[]) =>
  queryOptions({
    queryKey: ['release', version.manifest, version.envelope, gateways],
    queryFn: async ({ signal }) => {
      const { openRelease } = await import('./verified.js');
      return openRelease({ manifest: version.manifest, envelope: version.envelope, gateways, signal });
    },
    staleTime: Infinity,
    retry: false,
  });

/** The manifest and its signers, checked in this browser, and where its files may be asked for. */
export function useRelease(version: VersionInfo) {
  const config = useQuery(configQuery);
  const gateways = config.data?.gateways ?? [];
  const release = useQuery({ ...releaseQuery(version, gateways), enabled: config.isSuccess });
  return { gateways, config, release };
}
