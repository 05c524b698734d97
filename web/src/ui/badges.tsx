import { useId, useRef } from 'react';
import type { Badge as BadgeInfo } from '../relay/index.js';
import { Badge } from './badge.js';
import { Icon, type IconName } from './icon.js';

interface Look {
  text: string;
  icon: IconName;
  tone: 'good' | 'note' | 'plain';
}

const known: Record<BadgeInfo['id'], Look> = {
  verified: { text: 'Verified', icon: 'shield', tone: 'good' },
  used: { text: 'Used by others', icon: 'user', tone: 'note' },
  evaluated: { text: 'Evaluated', icon: 'check', tone: 'plain' },
};

/** A newer relay may have more of them. */
const look = (id: string): Look => (known as Partial<Record<string, Look>>)[id] ?? { text: id, icon: 'check', tone: 'plain' };

/** What the index can prove of a model or an account. Each says its rule to whoever points at it, comes to it by keyboard, or touches it. */
export function RuleBadge({ badge }: { badge: BadgeInfo }) {
  const rule = useRef<HTMLSpanElement>(null);
  const anchor = useRef<HTMLButtonElement>(null);
  const id = useId();
  const { text, icon, tone } = look(badge.id);
  // In the top layer, for tables would cut it off; Escape closes it there by itself.
  const show = () => {
    const [tip, at] = [rule.current, anchor.current?.getBoundingClientRect()];
    if (!tip || !at) return;
    if (!tip.matches(':popover-open')) tip.showPopover();
    const below = at.bottom + tip.offsetHeight <= innerHeight;
    tip.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${below ? at.bottom : at.top - tip.offsetHeight}px`;
  };
  const hide = () => {
    if (rule.current?.matches(':popover-open')) rule.current.hidePopover();
  };
  return (
    <span className="relative z-10 inline-flex" onMouseEnter={show} onMouseLeave={hide} onBlur={hide}>
      <button ref={anchor} type="button" aria-describedby={id} onFocus={show} onClick={show} className="cursor-help rounded-sm">
        <Badge tone={tone}><Icon name={icon} className="size-3.5" />{text}</Badge>
      </button>
      <span ref={rule} role="tooltip" id={id} popover="auto" className="fixed m-0 w-64 max-w-[calc(100vw-1rem)] overflow-visible border-0 bg-transparent py-1 text-left text-sm whitespace-normal text-ink">
        <span className="block rounded-md border border-line bg-raised px-3 py-2 shadow-raised">{badge.rule.slice(0, 1).toUpperCase()}{badge.rule.slice(1)}.</span>
      </span>
    </span>
  );
}
