/**
 * Cards, from Markdown to elements. Nothing of a card is ever read as HTML: the text is cut into tokens, and each token becomes an
 * element of ours, so that a script, a style or a frame in it is only text that is left out. Addresses are http, https and mailto;
 * pictures are files of the release, which are checked as its other files are, and never asked of another site.
 */
import { Lexer, type Token, type Tokens } from 'marked';
import { Fragment, type ReactNode } from 'react';
import { cx } from '../../ui/cx.js';

/** Letters of a card that are shown; a card is for people. */
export const maxCard = 200_000;
/** How deep quotes and lists may stand in each other: the reader of Markdown takes a turn for each. */
const maxDepth = 40;

export interface MarkdownProps {
  text: string;
  /** The picture at a path of the release; null where there is none that may be shown. */
  picture: (path: string, alt: string) => ReactNode;
}

export function Markdown({ text, picture }: MarkdownProps) {
  return <div className="grid gap-3.5 text-base leading-relaxed wrap-anywhere [&>h2]:mt-5 [&>h3]:mt-3">{blocks(parse(text), { picture, depth: 0 })}</div>;
}

/** The tokens of a card; one that cannot be read is one piece of code. Metadata between lines of --- at the top is left out. */
export function parse(text: string): Token[] {
  const card = text.slice(0, maxCard).replace(/^---\r?\n[\s\S]{0,20000}?\r?\n---\r?\n/, '');
  const plain: Token[] = [{ type: 'code', raw: card, text: card }];
  if (card.split('\n').some((line) => deep(line))) return plain;
  try {
    return new Lexer({ gfm: true }).lex(card);
  } catch {
    return plain; // nested too deep for the stack
  }
}

/** Whether a line begins with more quotes, lists or spaces than anybody writes. */
function deep(line: string): boolean {
  const head = /^[\s>*+\-\d.)]*/.exec(line)?.[0] ?? '';
  return (head.match(/[>*+]|-(?!-)|\d+[.)]/g)?.length ?? 0) > maxDepth;
}

interface Context {
  picture: MarkdownProps['picture'];
  /** How many quotes and lists this stands in. */
  depth: number;
}

/** So many are set in; on a phone there is no room for more. */
const maxIndents = 5;
const deeper = (context: Context): Context => ({ ...context, depth: context.depth + 1 });

function blocks(tokens: readonly Token[] | undefined, context: Context): ReactNode[] {
  return (tokens ?? []).map((token, i) => <Fragment key={i}>{block(token, context)}</Fragment>);
}

function block(token: Token, context: Context): ReactNode {
  switch (token.type) {
    case 'heading':
      return heading(token as Tokens.Heading, context);
    case 'paragraph':
      return <p>{inlines(token.tokens, context)}</p>;
    case 'text':
      return token.tokens ? inlines(token.tokens, context) : unescape((token as Tokens.Text).text);
    case 'code': {
      const { text, lang } = token as Tokens.Code;
      return <pre tabIndex={0} role="region" aria-label={lang ? `Code, ${lang}` : 'Code'} className="overflow-x-auto rounded-md border border-line bg-card px-3.5 py-3 font-mono text-xs leading-relaxed"><code>{text}</code></pre>;
    }
    case 'blockquote':
      return <blockquote className={cx('grid gap-3 text-soft', context.depth < maxIndents && 'border-l-3 border-edge pl-4')}>{blocks(token.tokens, deeper(context))}</blockquote>;
    case 'list': {
      const { ordered, start, items } = token as Tokens.List;
      const list = items.map((item, i) => (
        <li key={i} className={cx('pl-1', item.task && 'list-none')}>
          {item.task && <input type="checkbox" disabled checked={item.checked === true} readOnly aria-label={item.checked ? 'done' : 'to do'} className="mr-2 -ml-5" />}
          {blocks(item.tokens, deeper(context))}
        </li>
      ));
      const look = cx('grid gap-1', ordered ? 'list-decimal' : 'list-disc', context.depth < maxIndents ? 'pl-6' : 'list-inside');
      return ordered ? <ol start={Number(start) || 1} className={look}>{list}</ol> : <ul className={look}>{list}</ul>;
    }
    case 'table':
      return table(token as Tokens.Table, context);
    case 'hr':
      return <hr className="border-line" />;
    default:
      return null; // html, definitions, spaces
  }
}

/** The page has its h1; a card’s headings stand below it. */
function heading({ depth, tokens }: Tokens.Heading, context: Context): ReactNode {
  const Tag = (['h2', 'h2', 'h3', 'h4', 'h5', 'h6'] as const)[depth - 1] ?? 'h6';
  return <Tag className={depth === 1 ? 'text-lg font-bold' : depth === 2 ? 'border-b border-line pb-1 text-lg' : 'text-md font-semibold'}>{inlines(tokens, context)}</Tag>;
}

function table({ header, rows, align }: Tokens.Table, context: Context): ReactNode {
  const aligned = (i: number) => cx('border border-line px-3 py-1.5', align[i] === 'right' ? 'text-right' : align[i] === 'center' ? 'text-center' : 'text-left');
  return (
    <div tabIndex={0} role="region" aria-label="Table" className="overflow-x-auto">
      <table className="border-collapse text-sm">
        <thead><tr>{header.map((cell, i) => <th key={i} className={cx(aligned(i), 'bg-sunken font-semibold')}>{inlines(cell.tokens, context)}</th>)}</tr></thead>
        <tbody>{rows.map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j} className={aligned(j)}>{inlines(cell.tokens, context)}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

function inlines(tokens: readonly Token[] | undefined, context: Context): ReactNode[] {
  return (tokens ?? []).map((token, i) => <Fragment key={i}>{inline(token, context)}</Fragment>);
}

function inline(token: Token, context: Context): ReactNode {
  switch (token.type) {
    case 'text':
    case 'escape':
      return 'tokens' in token ? inlines(token.tokens, context) : unescape((token as Tokens.Text).text);
    case 'strong':
      return <strong className="font-semibold">{inlines(token.tokens, context)}</strong>;
    case 'em':
      return <em>{inlines(token.tokens, context)}</em>;
    case 'del':
      return <del>{inlines(token.tokens, context)}</del>;
    case 'codespan':
      return <code className="rounded-sm bg-sunken px-1 py-0.5 font-mono text-[0.88em]">{unescape((token as Tokens.Codespan).text)}</code>;
    case 'br':
      return <br />;
    case 'link': {
      const { href, tokens } = token as Tokens.Link;
      const safe = safeLink(href);
      return safe === null ? inlines(tokens, context) : <a href={safe} rel="noopener noreferrer nofollow ugc" className="link">{inlines(tokens, context)}</a>;
    }
    case 'image': {
      const { href, text } = token as Tokens.Image;
      const path = releasePath(href);
      const shown = path === null ? null : context.picture(path, text);
      return shown ?? <span className="text-faint">[{text || 'picture'}]</span>;
    }
    default:
      return null; // html
  }
}

/** The address of a link when it is one that leads to a page or a mailbox, else null. Fragments have no place to go to. */
export function safeLink(href: string): string | null {
  let url: URL;
  try {
    url = new URL(href); // relative ones have no base: they are of the place where the author wrote
  } catch {
    return null;
  }
  return ['https:', 'http:', 'mailto:'].includes(url.protocol) ? url.href : null;
}

/** The path of a picture that may be a file of the release, else null. */
export function releasePath(href: string): string | null {
  const path = href.replace(/^\.\//, '');
  return /^[A-Za-z0-9._+/-]{1,1024}$/.test(path) && !path.startsWith('/') && !path.split('/').some((part) => part === '' || part === '.' || part === '..') ? path : null;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ', copy: '©', hellip: '…', mdash: '—', ndash: '–', times: '×', rarr: '→' };

/** The few entities that people write; React shows text as it is. */
function unescape(text: string): string {
  return text.replace(/&(#?\w{1,8});/g, (whole, name: string) => entities[name] ?? whole);
}
