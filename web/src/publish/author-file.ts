/** Reads a `model.json`, the authoring file of `dehug-relay publish`, where the picked folder has one: the form is filled in with it. */
import type { Manifest } from '../verify/manifest.js';
import type { Draft } from './draft.js';
import { PublishError } from './errors.js';

export const authorFile = 'model.json';

type Loose = Partial<Record<string, unknown>>;

/** What it says; fields that it does not have are not there. Nothing is checked here: the manifest's rules do that. */
export async function readAuthorFile(file: Blob): Promise<Partial<Draft> & { licenseUri?: string }> {
  let about: Loose;
  try {
    about = object(JSON.parse(await file.text()));
  } catch (cause) {
    throw new PublishError('files', `${authorFile} is not JSON`, { hint: 'mend it, or leave it out and fill in the form', cause });
  }
  const license = object(about['license']);
  const runtime = object(about['runtime']);
  const task = object(about['task']);
  const out: Partial<Draft> = {};
  for (const key of ['name', 'version', 'title', 'summary', 'created'] as const) if (typeof about[key] === 'string') out[key] = about[key];
  if (about['kind'] === 'dataset') out.kind = 'dataset';
  if (Array.isArray(about['tags'])) out.tags = about['tags'].map(String);
  if (typeof license['spdx'] === 'string') out.license = { spdx: license['spdx'], ...(typeof license['uri'] === 'string' && { uri: license['uri'] }) };
  if (typeof about['royalty'] === 'number') out.royalty = about['royalty'];
  if (typeof runtime['opset'] === 'number') out.opset = runtime['opset'];
  if (typeof task['id'] === 'string') out.task = readTask(task['id'], object(task['image']), object(task['params']));
  out.evals = objects(about['evals']).map((e) => ({ task: textOf(e['task']), dataset: textOf(e['dataset']), metric: textOf(e['metric']), value: textOf(e['value']) }));
  out.parents = objects(about['parents']).map((p) => ({
    ...(typeof p['manifestDigest'] === 'string' && { manifestDigest: p['manifestDigest'] }),
    ...(typeof p['versionId'] === 'string' && { versionId: p['versionId'] }),
  }));
  return out;
}

function readTask(id: string, image: Loose, params: Loose): NonNullable<Manifest['task']> {
  const numbers = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : []);
  const listed = Object.entries(params).map(([key, value]) => ({ key, value: textOf(value) }));
  return {
    id,
    ...(Object.keys(image).length > 0 && {
      image: {
        name: textOf(image['name']),
        layout: textOf(image['layout']) as 'NHWC',
        color: textOf(image['color']) as 'RGB',
        resize: textOf(image['resize']) as 'stretch',
        width: Number(image['width']),
        height: Number(image['height']),
        low: textOf(image['low']),
        high: textOf(image['high']),
        mean: numbers(image['mean']),
        std: numbers(image['std']),
      },
    }),
    ...(listed.length > 0 && { params: listed.sort((a, b) => (a.key < b.key ? -1 : 1)) }),
  };
}

const object = (value: unknown): Loose => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {});
const objects = (value: unknown): Loose[] => (Array.isArray(value) ? value.map(object) : []);
const textOf = (value: unknown): string => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '');
