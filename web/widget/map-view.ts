/** The map of what arrives: a row per document and file, a cell per chunk. */
import type { ChunkState } from '../src/engine/index.js';
import { parts } from './constants.js';
import { h, icon, setChildren, setText } from './dom.js';
import * as icons from './icons.js';
import { formatBytes, plural } from './format.js';
import { groupCells, rowState, type Cell, type Ledger, type Row } from './ledger.js';
import { t } from './strings.js';

/** More cells than this in a row could not be told apart; neighbours are joined. */
const maxCells = 256;

/** Up to here a cell has room for the letter of its source. */
const maxLettered = 10;

/** Up to here a row's cells share its width as bars; above, they are small squares that wrap. */
const maxBars = 24;

const rowIcons: Record<ChunkState, string> = { waiting: icons.dot, requested: icons.arrow, arriving: icons.arrow, verified: icons.check, rejected: icons.cross };

const words: Record<ChunkState, string> = {
  waiting: t`waiting`,
  requested: t`asked for`,
  arriving: t`arriving`,
  verified: t`verified`,
  rejected: t`rejected`,
};

/** Colours repeat after this many sources; letters do not. */
export const sourceColours = 6;

/** `A`, `B`, … `Z`, `27`: the name of a source in the map. */
export function sourceLetter(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
}

interface RowView {
  row: HTMLElement;
  mark: HTMLElement;
  label: HTMLElement;
  cells: HTMLElement;
  size: HTMLElement;
  note: HTMLElement;
}

export class MapView {
  readonly element = h('ul', { class: 'rows', part: parts.map });
  readonly #views: RowView[] = [];

  update(ledger: Ledger): void {
    setChildren(
      this.element,
      ledger.rows.map((row, i) => {
        const view = (this.#views[i] ??= makeRow());
        drawRow(view, row, ledger);
        return view.row;
      }),
    );
  }

  /** Forgets the rows of the load before. */
  clear(): void {
    this.#views.length = 0;
    this.element.replaceChildren();
  }
}

function makeRow(): RowView {
  const mark = h('span', { class: 'mark' });
  const label = h('span', { class: 'label' });
  const cells = h('span', { class: 'cells', 'aria-hidden': 'true' });
  const size = h('span', { class: 'size' });
  const note = h('span', { class: 'note' });
  return { row: h('li', { class: 'row' }, mark, label, cells, size, note), mark, label, cells, size, note };
}

function drawRow(view: RowView, row: Row, ledger: Ledger): void {
  const absent = row.cells.length === 0 && row.kind === 'signature';
  const state = absent ? 'waiting' : rowState(row);
  if (view.row.dataset['state'] !== state) {
    view.row.dataset['state'] = state;
    view.mark.replaceChildren(icon(rowIcons[state]), h('span', { class: 'unseen' }, absent ? t`absent: ` : `${words[state]}: `));
  }
  view.row.dataset['kind'] = row.kind;
  setText(view.label, row.label);
  view.label.title = row.label;
  setText(view.size, row.note || (row.size > 0 ? formatBytes(row.size) : ''));
  setText(view.note, noteOf(row, ledger));

  const cells = groupCells(row, maxCells);
  view.cells.classList.toggle('small', cells.length > maxBars);
  view.cells.classList.toggle('lettered', cells.length <= maxLettered);
  setChildren(view.cells, cells.map((cell, i) => drawCell(view.cells.children[i], cell)));
}

function drawCell(existing: Element | undefined, cell: Cell): HTMLElement {
  const element = existing instanceof HTMLElement ? existing : h('i');
  const { dataset } = element;
  if (dataset['state'] !== cell.state) dataset['state'] = cell.state;
  const source = cell.source < 0 ? '' : String(cell.source % sourceColours);
  if (dataset['source'] !== source) {
    dataset['source'] = source;
    dataset['letter'] = cell.source < 0 ? '' : sourceLetter(cell.source);
  }
  const filled = cell.state === 'arriving' && cell.size > 0 ? Math.min(1, cell.bytes / cell.size) : 0;
  element.style.setProperty('--filled', `${Math.round(filled * 100)}%`);
  return element;
}

/** What the colours say, in words: how many chunks came from whom, and what was thrown away. */
function noteOf(row: Row, ledger: Ledger): string {
  const said: string[] = [];
  if (row.kind === 'file') {
    const verified = row.cells.filter((cell) => cell.state === 'verified').length;
    said.push(t`${verified} of ${plural(row.cells.length, 'chunk')}`);
    const from = [...new Set(row.cells.filter((cell) => cell.state === 'verified').map((cell) => cell.source))];
    const letters = from.filter((source) => source >= 0).sort((x, y) => x - y).map(sourceLetter);
    if (letters.length > 0) said.push(t`from ${letters.join(', ')}`);
  }
  const liars = row.rejected.map((evidence) => ledger.sources.findIndex((source) => source.url === evidence.source));
  if (liars.length > 0) {
    const letters = [...new Set(liars)].filter((i) => i >= 0).map(sourceLetter);
    said.push(t`${plural(liars.length, 'answer')} from ${letters.join(', ')} thrown away`);
  }
  return said.join(' · ');
}

/** What the fills mean. The same cells as in the map, so that it cannot drift from it. */
export function makeLegend(): HTMLElement {
  const states: ChunkState[] = ['waiting', 'arriving', 'verified', 'rejected'];
  return h(
    'ul',
    { class: 'legend', 'aria-label': t`What the cells mean` },
    ...states.map((state) => {
      const cell = drawCell(undefined, { state, source: -1, bytes: 1, size: 2 });
      return h('li', {}, h('span', { class: 'cells', 'aria-hidden': 'true' }, cell), words[state]);
    }),
  );
}
