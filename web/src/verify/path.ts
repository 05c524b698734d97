/** Paths that are the same name on every system, and in every URL. */
import { quote, refuse } from './refusal.js';

/** What is wrong with one part of a path; empty when nothing is. */
export function segmentFault(segment: string): string {
  if (!/^[A-Za-z0-9._+-]+$/.test(segment)) return 'is empty or has a character outside A-Z a-z 0-9 . _ + -';
  if (segment.length > 255) return 'is longer than 255 bytes';
  if (segment.endsWith('.')) return 'ends with a dot';
  if (/^(con|prn|aux|nul|(com|lpt)\d)(\.|$)/i.test(segment)) return 'is a device name on Windows';
  return '';
}

export function checkPath(path: string, place = ''): void {
  const segments = path.split('/');
  if (path === '' || path.length > 1024) refuse('path', place, `${quote(path)} is empty or longer than 1024 bytes`);
  if (segments.length > 32) refuse('path', place, `${quote(path)} is deeper than 32 segments`);
  for (const segment of segments) {
    const fault = segmentFault(segment);
    if (fault !== '') refuse('path', place, `${quote(path)}: segment ${quote(segment)} ${fault}`);
  }
}
