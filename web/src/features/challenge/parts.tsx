/** What the list of challenges and the page of one share. */
import type { ChallengeInfo } from '../../relay/index.js';
import { Badge } from '../../ui/badge.js';

const states = {
  upcoming: { text: 'Not begun', tone: 'note' },
  open: { text: 'Open', tone: 'good' },
  ended: { text: 'Ended', tone: 'plain' },
} as const;

export function State({ state }: { state: ChallengeInfo['state'] }) {
  const { text, tone } = states[state];
  return <Badge tone={tone}>{text}</Badge>;
}

const moment = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });

/** A moment that counts, to the minute and with its time zone. */
export function Moment({ at }: { at: string }) {
  return <time dateTime={at}>{moment.format(new Date(at))}</time>;
}
