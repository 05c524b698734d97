import type { ReportInfo } from '../../relay/index.js';

/** Why something is reported, in words. */
export const reasons: Record<ReportInfo['reason'], string> = {
  malware: 'It does harm to who runs it',
  illegal: 'It is against the law',
  license: 'It breaks a license or a copyright',
  impersonation: 'It pretends to be somebody else’s',
  spam: 'It is spam',
  broken: 'It does not work',
  other: 'Something else',
};

/** How long what is said of a model may be, as the relay has it. */
export const longest = 2000;

/** What was written in a field, without the blanks around it. */
export function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value.trim() : '';
}
