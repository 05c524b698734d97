/** What the pages of the wizard collect, as texts, and what it makes of them. Nothing here knows React. */
import { parsePastedAddress } from '../../verify/address.js';
import { parseCID } from '../../verify/cid.js';
import { looks } from '../../verify/manifest.js';
import { Refusal } from '../../verify/refusal.js';
import { slugOf, timestamp, type Draft } from '../../publish/index.js';
import type { PlanOffer } from '../../wallet/registry.js';

export interface Form {
  kind: 'model' | 'dataset';
  name: string;
  version: string;
  title: string;
  summary: string;
  tags: string;
  /** Markdown; becomes README.md where the files have none. */
  card: string;
  license: string;
  licenseUri: string;
  /** File that is opened first. */
  entry: string;
  opset: string;
  taskId: string;
  /** What an authoring file said of the picture that goes in; the wizard shows it and leaves it alone. */
  image: NonNullable<NonNullable<Draft['task']>['image']> | null;
  /** Lines of `key = value`. */
  params: string;
  /** Lines of a version id on chain or a CID. */
  parents: string;
  /** Lines of `task, data set, metric, value`. */
  evals: string;
  authors: { address: string; role: string; percent: string }[];
  royalty: string;
  recovery: string;
  sell: boolean;
  /** In whole tokens. */
  price: string;
  compute: string;
  unit: string;
  created: string;
}

export function emptyForm(account: string): Form {
  return {
    kind: 'model', name: '', version: '1.0.0', title: '', summary: '', tags: '', card: '', license: 'Apache-2.0', licenseUri: '', entry: '', opset: '', taskId: '', image: null,
    params: '', parents: '', evals: '', authors: [{ address: account, role: 'author', percent: '100' }], royalty: '5', recovery: '', sell: false, price: '0.01', compute: '0',
    unit: 'inference', created: timestamp(new Date()),
  };
}

/** Fills in what an authoring file says; what it leaves out stays. */
export function fillIn(form: Form, about: Partial<Draft>): Form {
  return {
    ...form,
    ...(about.kind && { kind: about.kind }),
    ...(about.name && { name: about.name }),
    ...(about.version && { version: about.version }),
    ...(about.title && { title: about.title }),
    ...(about.summary && { summary: about.summary }),
    ...(about.tags && { tags: about.tags.join(', ') }),
    ...(about.license && { license: about.license.spdx, licenseUri: about.license.uri ?? '' }),
    ...(about.royalty !== undefined && { royalty: String(about.royalty / 100) }),
    ...(about.opset !== undefined && { opset: String(about.opset) }),
    ...(about.task && { taskId: about.task.id, image: about.task.image ?? null, params: (about.task.params ?? []).map(({ key, value }) => `${key} = ${value}`).join('\n') }),
    ...(about.created && { created: about.created }),
    ...(about.evals?.length && { evals: about.evals.map((e) => [e.task, e.dataset, e.metric, e.value].join(', ')).join('\n') }),
    ...(about.parents?.length && { parents: about.parents.map((p) => p.versionId ?? p.manifestDigest ?? '').join('\n') }),
  };
}

/** Names from the first file, where nothing was written yet. */
export const suggestName = (form: Form, path: string): Form => (form.name !== '' ? form : { ...form, name: slugOf(path.split('/').at(-1) ?? '') });

export type FormErrors = Partial<Record<keyof Form | 'files', string>>;

const lines = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean);

/** Parts per million; NaN for what is none. */
function parts(percent: string): number {
  const value = /^\d+(\.\d{1,4})?$/.test(percent.trim()) ? Math.round(Number(percent) * 10_000) : NaN;
  return value <= 1_000_000 ? value : NaN;
}

/** The draft, and what is wrong with it by field. What the rules of the manifest say beyond this, `fieldOf` finds a field for. */
export function draftOf(form: Form): { draft: Draft; errors: FormErrors } {
  const errors: FormErrors = {};
  const need = (field: keyof Form, fine: boolean, message: string): void => {
    if (!fine) errors[field] ??= message;
  };
  need('name', looks.slug.test(form.name), 'lower-case letters, digits and single . _ - between them, 64 at most');
  need('version', looks.version.test(form.version), 'three numbers, such as 1.0.0');
  need('license', /^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(form.license), 'an SPDX id, such as Apache-2.0 or LicenseRef-MyTerms');
  need('licenseUri', form.licenseUri === '' || /^(https|ipfs):\/\//.test(form.licenseUri), 'begins with https:// or ipfs://');
  need('licenseUri', form.licenseUri !== '' || !form.license.startsWith('LicenseRef-'), 'terms of your own need the address of their text; the text itself goes along as LICENSE');
  const tags = form.tags.split(/[,\s]+/).filter(Boolean);
  for (const tag of tags) need('tags', looks.slug.test(tag), `“${tag}”: lower-case letters and digits`);
  const royalty = Math.round(Number(form.royalty) * 100);
  need('royalty', /^\d+(\.\d{1,2})?$/.test(form.royalty) && royalty <= 1000, 'from 0 to 10 percent');
  if (form.kind === 'model') {
    need('entry', form.entry !== '', 'a model has an ONNX file');
    need('opset', /^[1-9]\d{0,3}$/.test(form.opset), 'a number; it is read from the file');
  }
  const authors = form.authors.map(({ address, role, percent }) => ({ address: address.trim(), role, share: parts(percent) }));
  for (const author of authors) {
    try {
      author.address = parsePastedAddress(author.address);
    } catch {
      need('authors', false, `“${author.address}” is no address, or its letter case is not that of its checksum`);
    }
    need('authors', !Number.isNaN(author.share), 'shares are percentages, with four digits after the point at most');
  }
  need('authors', new Set(authors.map(({ address }) => address)).size === authors.length, 'an address is there twice');
  const sum = authors.reduce((all, { share }) => all + share, 0);
  need('authors', sum === 1_000_000, `shares add up to ${sum / 10_000} %, not 100 %`);
  const recovery = form.recovery.trim();
  if (recovery !== '') need('recovery', isAddress(recovery), 'not an address');
  const parents = lines(form.parents).map((line) => {
    if (/^(0x)?[0-9a-f]{64}$/.test(line)) return { versionId: line.replace(/^0x/, '') };
    try {
      return { manifestDigest: parseCID(line).digest };
    } catch {
      need('parents', false, `“${line}” is neither a version’s id nor the CID of a manifest`);
      return {};
    }
  });
  const evals = lines(form.evals).map((line) => {
    const [task = '', dataset = '', metric = '', value = ''] = line.split(',').map((part) => part.trim());
    need('evals', looks.decimal.test(value), `“${line}”: task, data set, metric, value – the value without trailing zeros`);
    return { task, dataset, metric, value };
  });
  const params = lines(form.params).map((line) => {
    const at = line.indexOf('=');
    need('params', at > 0, `“${line}”: key = value`);
    return { key: line.slice(0, at).trim(), value: line.slice(at + 1).trim() };
  });
  if (form.sell) {
    need('price', units(form.price) !== null, 'an amount, with six digits after the point at most');
    need('compute', units(form.compute) !== null, 'an amount, with six digits after the point at most');
    need('unit', /^[a-z-]{1,32}$/.test(form.unit), 'up to 32 letters, such as inference');
  }
  const draft: Draft = {
    kind: form.kind, name: form.name, version: form.version, title: form.title.trim(), summary: form.summary.trim(), tags,
    license: { spdx: form.license, ...(form.licenseUri !== '' && { uri: form.licenseUri }) },
    authors, royalty, parents, evals, created: form.created,
    ...(form.kind === 'model' && { entry: form.entry, opset: Number(form.opset) }),
    ...(form.taskId !== '' && { task: { id: form.taskId, ...(form.image !== null && { image: form.image }), ...(params.length > 0 && { params: params.sort((a, b) => (a.key < b.key ? -1 : 1)) }) } }),
  };
  return { draft, errors };
}

const isAddress = (text: string): boolean => {
  try {
    parsePastedAddress(text);
    return true;
  } catch {
    return false;
  }
};

/** An amount of the dollar in its smallest unit, a millionth; null for what is none. */
export function units(amount: string): bigint | null {
  const [, whole, part = ''] = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(amount.trim()) ?? [];
  return whole === undefined ? null : BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0'));
}

/** The plans to sell use by; one, or none. */
export function plansOf(form: Form, dollar: string): PlanOffer[] {
  if (!form.sell) return [];
  return [{ token: dollar, authorFee: units(form.price) ?? 0n, relayFee: 0n, computeCap: units(form.compute) ?? 0n, unitKind: form.unit, transferable: true, period: 0, quota: 0 }];
}

/** The field that a refusal of the manifest's rules is about. */
export function fieldOf(refusal: Refusal): keyof Form | 'files' {
  const [place = ''] = refusal.message.split(/[.:[]/);
  const fields: Record<string, keyof Form> = { task: 'params', license: 'license', runtime: 'opset', evals: 'evals', parents: 'parents', authors: 'authors', royalty: 'royalty', tags: 'tags', title: 'title', summary: 'summary', name: 'name', version: 'version' };
  return fields[place] ?? 'files';
}
