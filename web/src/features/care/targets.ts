import type { DenyRequestBody, ReportInfo, VersionInfo } from '../../relay/index.js';

export type Denied = Pick<DenyRequestBody, 'kind' | 'what'>;

/** Something that can be denied at once. */
export interface Target {
  text: string;
  denials: Denied[];
}

/**
 * What can be denied because of a report, what was reported first. The relay knows versions, accounts and CIDs: a whole model is
 * all the versions of it that are there.
 */
export function targetsOf({ owner, name, version }: Pick<ReportInfo, 'owner' | 'name' | 'version'>, versions: readonly Pick<VersionInfo, 'version' | 'manifest' | 'release'>[]): Target[] {
  const denial = (version: string): Denied => ({ kind: 'version', what: `${owner}/${name}/${version}` });
  const about = versions.find((each) => each.version === version) ?? (version === undefined ? versions[0] : undefined);
  const targets: Target[] = [];
  if (versions.length > 0) targets.push({ text: `All of ${name}: ${versions.length === 1 ? 'its one version' : `its ${versions.length} versions`}`, denials: versions.map((each) => denial(each.version)) });
  const named = versions.map((each) => each.version);
  if (version !== undefined && !named.includes(version)) named.unshift(version);
  const each = named.map((each) => ({ text: `Version ${each}`, denials: [denial(each)] }));
  const reported = each.filter((_, i) => named[i] === version);
  targets.unshift(...reported);
  targets.push(...each.filter((target) => !reported.includes(target)));
  targets.push({ text: 'All that the account published', denials: [{ kind: 'account', what: owner }] });
  if (about) {
    targets.push({ text: `The manifest of ${about.version}, by its CID`, denials: [{ kind: 'cid', what: about.manifest }] });
    targets.push({ text: `The release directory of ${about.version}, by its CID`, denials: [{ kind: 'cid', what: about.release }] });
  }
  return targets;
}

/** Where what is denied has a page: the model's, or the account's. */
export function pageOf({ kind, what }: Denied): { owner: string; name?: string; version?: string } | undefined {
  if (kind === 'cid') return undefined;
  const [owner = '', name, ...version] = what.split('/');
  return kind === 'account' || name === undefined ? { owner } : { owner, name, version: version.join('/') };
}
