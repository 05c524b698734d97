import { describe, expect, it } from 'vitest';
import { parseSiteConfig } from './site-config.js';

const nothing = { gateways: [], releases: [], demoFaultGateway: '' };

describe('parseSiteConfig', () => {
  const cases: [string, unknown, object][] = [
    ['nothing', null, nothing],
    ['a list', [], nothing],
    ['fields of other types', { gateways: 'http://a', releases: {}, demoFaultGateway: 1 }, nothing],
    ['gateways', { gateways: ['http://a', 7] }, { ...nothing, gateways: ['http://a'] }],
    [
      'a release',
      { releases: [{ release: 'bafy', manifest: 'bafk', name: 'n', title: 't', version: '1.0.0', task: 'face-detection', signer: '0x', bytes: 5, new: 1 }, 3] },
      {
        ...nothing,
        releases: [
          { release: 'bafy', manifest: 'bafk', name: 'n', title: 't', version: '1.0.0', task: 'face-detection', signer: '0x', bytes: 5 },
          { release: '', manifest: '', name: '', title: '', version: '', task: '', signer: '', bytes: 0 },
        ],
      },
    ],
  ];
  for (const [name, json, want] of cases) it(name, () => expect(parseSiteConfig(json)).toEqual(want));
});
