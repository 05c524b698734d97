/** What a file is, by its name; the same as `dehug-relay publish` says. */
import { mediaTypeONNX } from '../verify/manifest.js';

const byEnding: Readonly<Record<string, string>> = {
  onnx: mediaTypeONNX,
  json: 'application/json',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  wav: 'audio/wav',
  parquet: 'application/vnd.apache.parquet',
  tar: 'application/x-tar',
  pdf: 'application/pdf',
  safetensors: 'application/vnd.safetensors',
};
const texts = new Set(['LICENSE', 'NOTICE', 'README', 'COPYING']);

export function mediaTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const known = dot < 0 ? undefined : byEnding[name.slice(dot + 1).toLowerCase()];
  return known ?? (texts.has(name) ? 'text/plain' : 'application/octet-stream');
}
