/**
 * What has been fetched, from whom, and what came of checking it: the engine's progress events, added up.
 *
 * No DOM and no clock in here; the views read it.
 */
import type { ChunkState, Evidence, Phase, Progress, SourceState, VerifiedManifest } from '../src/engine/index.js';
import { hostOf } from './format.js';
import { t } from './strings.js';

/** One chunk, or a whole small document. `source` is an index into {@link Ledger.sources}, -1 for none or unknown. */
export interface Cell {
  state: ChunkState;
  source: number;
  /** Bytes of it that have arrived, of `size`. */
  bytes: number;
  size: number;
}

/**
 * A line of the map. `manifest`, `signature` and `leaves` are whole documents; `file` is cut into chunks. `model` stands
 * for the files that are not known before the manifest is.
 */
export interface Row {
  kind: 'manifest' | 'signature' | 'leaves' | 'model' | 'file';
  /** For people. */
  label: string;
  /** Bytes; 0 while not known. */
  size: number;
  cells: Cell[];
  /** Answers that were thrown away. */
  rejected: Evidence[];
  /** A few words beside it; empty for none. */
  note: string;
}

export interface LedgerSource {
  url: string;
  label: string;
  /** `unasked` until the first answer. `banned` is told as `lying`: the one follows from the other. */
  state: Exclude<SourceState, 'banned'> | 'unasked';
  /** Chunks that verified, and their bytes. Manifest, signature and leaf lists are not counted. */
  chunks: number;
  bytes: number;
  /** What it did wrong, oldest first. */
  evidence: Evidence[];
}

/** A leaf list has one SHA-256 per chunk. */
const leafBytes = 32;

export class Ledger {
  rows: Row[] = [
    document('manifest', t`Manifest`),
    document('signature', t`Signature`),
    document('leaves', t`Leaf list`),
    document('model', t`Model`),
  ];
  readonly sources: LedgerSource[] = [];
  manifest: VerifiedManifest | null = null;
  phase: Phase | null = null;
  /** Bytes of all chunks that will be fetched; 0 before the manifest is known. */
  totalBytes = 0;

  readonly #files = new Map<string, Row>();

  constructor(sources: readonly string[]) {
    for (const url of sources) this.#source(url);
  }

  /** Bytes of chunks that are here: verified, or arriving and perhaps thrown away yet. */
  get arrivedBytes(): number {
    const here = (cell: Cell) => (cell.state === 'verified' ? cell.size : cell.state === 'arriving' ? cell.bytes : 0);
    return [...this.#files.values()].flatMap((row) => row.cells).reduce((sum, cell) => sum + here(cell), 0);
  }

  get verifiedBytes(): number {
    return [...this.#files.values()].flatMap((row) => row.cells).reduce((sum, cell) => sum + (cell.state === 'verified' ? cell.size : 0), 0);
  }

  apply(event: Progress): void {
    switch (event.type) {
      case 'phase':
        this.phase = event.phase;
        if (event.phase === 'verifying') this.#mark(['manifest', 'signature', 'leaves'], 'requested');
        else this.#mark(['leaves'], 'verified'); // leaf lists are checked before the model is read
        break;
      case 'manifest':
        this.#open(event.manifest);
        break;
      case 'chunk': {
        const row = this.#files.get(event.file);
        const cell = row?.cells[event.index];
        if (!row || !cell) break;
        const source = event.source === undefined ? -1 : this.#source(event.source);
        if (event.state === 'verified' && cell.state !== 'verified') {
          const from = this.sources[source];
          if (from) {
            from.chunks++;
            from.bytes += event.size;
          }
        }
        if (event.state === 'rejected' && event.evidence) row.rejected.push(event.evidence);
        Object.assign(cell, { state: event.state, source, bytes: event.bytes ?? 0 });
        break;
      }
      case 'source': {
        const from = this.sources[this.#source(event.source, event.label)];
        if (!from) break;
        if (from.state !== 'lying') from.state = event.state === 'banned' ? 'lying' : event.state;
        // `banned` repeats the lie just told; alone, it tells of one from a load before.
        if (event.evidence && !(event.state === 'banned' && from.evidence.length > 0)) {
          from.evidence.push(event.evidence);
          this.#rejectDocument(event.evidence);
        }
        break;
      }
    }
  }

  /** The load has ended before its time: nothing is on its way any more. */
  stop(): void {
    for (const cell of this.rows.flatMap((row) => row.cells)) {
      if (cell.state === 'requested' || cell.state === 'arriving') Object.assign(cell, { state: 'waiting', source: -1, bytes: 0 });
    }
  }

  /** Index of the source with this base URL, which is added when it is new. */
  #source(url: string, label?: string): number {
    const known = this.sources.findIndex((each) => each.url === url);
    if (known >= 0) {
      const source = this.sources[known];
      if (source && label !== undefined) source.label = label;
      return known;
    }
    return this.sources.push({ url, label: label ?? hostOf(url), state: 'unasked', chunks: 0, bytes: 0, evidence: [] }) - 1;
  }

  /** A lie about a whole document shows in its row; chunks have events of their own. */
  #rejectDocument(evidence: Evidence): void {
    const kind = documents.find(([what]) => evidence.what.startsWith(what))?.[1];
    const row = this.rows.find((each) => each.kind === kind);
    if (!row || evidence.verdict !== 'lying') return;
    row.rejected.push(evidence);
    for (const cell of row.cells) if (cell.state !== 'verified') cell.state = 'rejected';
  }

  /** Sets the state of whole documents. */
  #mark(kinds: readonly Row['kind'][], state: ChunkState): void {
    for (const row of this.rows) {
      if (kinds.includes(row.kind)) for (const cell of row.cells) cell.state = state;
    }
  }

  #open(manifest: VerifiedManifest): void {
    this.manifest = manifest;
    this.#mark(['manifest', 'signature'], 'verified');
    for (const row of this.rows) {
      if (row.kind === 'signature' && manifest.signature === 'absent') {
        row.note = t`none`;
        row.cells = [];
      }
    }
    this.rows = this.rows.filter((row) => row.kind !== 'model');
    this.need(manifest.files.filter((file) => file.needed).map((file) => file.path));
  }

  /** These files of the manifest will be fetched, too. Files that it does not have are left out. */
  need(paths: readonly string[]): void {
    for (const file of this.manifest?.files ?? []) {
      if (!paths.includes(file.path) || this.#files.has(file.path)) continue;
      this.totalBytes += file.size;
      const leaves = this.rows.find((row) => row.kind === 'leaves');
      if (leaves) {
        leaves.size += leafBytes * file.chunks;
        if (this.#files.size > 0) leaves.label = t`Leaf lists`;
      }
      const cells = Array.from({ length: file.chunks }, (_, i): Cell => {
        const size = Math.min(chunkBytes, file.size - i * chunkBytes);
        return { state: 'waiting', source: -1, bytes: 0, size };
      });
      const row: Row = { kind: 'file', label: file.path, size: file.size, cells, rejected: [], note: '' };
      this.#files.set(file.path, row);
      this.rows.push(row);
    }
  }
}

/** How evidence speaks of what is fetched before the chunks. The way to the manifest may lead through a directory. */
const documents: readonly (readonly [what: string, kind: Row['kind']])[] = [
  ['the release directory', 'manifest'],
  ['the manifest', 'manifest'],
  ['the envelope', 'signature'],
  ['the leaf list', 'leaves'],
];

/** Fixed in v0 of the manifest format. */
const chunkBytes = 2 ** 20;

function document(kind: Row['kind'], label: string): Row {
  return { kind, label, size: 0, cells: [{ state: 'waiting', source: -1, bytes: 0, size: 1 }], rejected: [], note: '' };
}

/** The state of a whole row: what most needs saying about its cells. */
export function rowState(row: Row): ChunkState {
  const has = (state: ChunkState) => row.cells.some((cell) => cell.state === state);
  if (row.cells.every((cell) => cell.state === 'verified')) return 'verified';
  if (has('rejected')) return 'rejected';
  if (has('arriving') || has('verified')) return 'arriving';
  return has('requested') ? 'requested' : 'waiting';
}

/**
 * At most `limit` cells for a row, each standing for as many neighbours as needed. A group is in the state that
 * {@link rowState} gives it, and has the source of its first cell that knows one.
 */
export function groupCells(row: Row, limit: number): Cell[] {
  const perGroup = Math.ceil(row.cells.length / limit);
  if (perGroup <= 1) return row.cells;
  const groups: Cell[] = [];
  for (let i = 0; i < row.cells.length; i += perGroup) {
    const cells = row.cells.slice(i, i + perGroup);
    const sum = (value: (cell: Cell) => number) => cells.reduce((total, cell) => total + value(cell), 0);
    groups.push({
      state: rowState({ ...row, cells }),
      source: cells.find((cell) => cell.source >= 0)?.source ?? -1,
      bytes: sum((cell) => (cell.state === 'verified' ? cell.size : cell.bytes)),
      size: sum((cell) => cell.size),
    });
  }
  return groups;
}
