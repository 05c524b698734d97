/** What the relay tells its page: where to stream from, and what there is to run. */

export interface Release {
  /** CID of the release directory. */
  release: string;
  /** CID of the manifest. */
  manifest: string;
  name: string;
  title: string;
  version: string;
  /** Task id; empty when the manifest has none. */
  task: string;
  /** EIP-55 address; empty when nobody signed. */
  signer: string;
  /** What loading it fetches; 0 when the relay does not say. */
  bytes: number;
}

export interface SiteConfig {
  /** Base URLs of trustless gateways. */
  gateways: string[];
  releases: Release[];
  /** Base URL of a gateway that damages blocks on purpose; empty when there is none. */
  demoFaultGateway: string;
}

/** Fetches and checks `/config.json`. Throws an Error with a sentence for people. */
export async function getSiteConfig(): Promise<SiteConfig> {
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error(`This relay did not say what it offers: /config.json answered ${response.status}.`);
  return parseSiteConfig(await response.json());
}

/** Fields of another type are taken for absent; unknown fields are ignored, so that older pages read newer relays. */
export function parseSiteConfig(json: unknown): SiteConfig {
  const config = record(json);
  return {
    gateways: list(config['gateways']).filter((url) => typeof url === 'string'),
    releases: list(config['releases']).map(record).map((release) => ({
      release: text(release['release']),
      manifest: text(release['manifest']),
      name: text(release['name']),
      title: text(release['title']),
      version: text(release['version']),
      task: text(release['task']),
      signer: text(release['signer']),
      bytes: typeof release['bytes'] === 'number' ? release['bytes'] : 0,
    })),
    demoFaultGateway: text(config['demoFaultGateway']),
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
