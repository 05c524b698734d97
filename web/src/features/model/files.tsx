import { useRef, useState } from 'react';
import type { ModelInfo, VersionInfo } from '../../relay/index.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { formatBytes } from '../../ui/format.js';
import { Hash } from '../../ui/hash.js';
import { Icon } from '../../ui/icon.js';
import { Progress } from '../../ui/progress.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { ErrorState } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { useToast } from '../../ui/toast.js';
import type { Bytes } from '../../verify/bytes.js';
import type { FileEntry } from '../../verify/manifest.js';
import { useRelease } from './release-query.js';

/** Files that are kept in memory before they are saved, at most: browsers that write to disk while it arrives have no limit. */
const maxInMemory = 2 ** 30;

type State =
  | { is: 'unchecked' }
  | { is: 'checking'; checked: number; saving: boolean }
  | { is: 'verified' }
  | { is: 'failed'; why: string };

/** The files of a version. Each can be checked and saved, and says what is known of it. */
export function Files({ model, version }: { model: ModelInfo; version: VersionInfo }) {
  const { gateways, release } = useRelease(version);
  if (release.isError) return <ErrorState title="The list of files could not be checked" error={release.error} retry={() => void release.refetch()} />;
  if (!release.data) return <Loading what="the files"><Skeleton className="h-80 rounded-lg" /></Loading>;
  return <FileTable key={version.manifest} files={release.data.manifest.files} gateways={gateways} name={`${model.name} ${version.version}`} />;
}

function FileTable({ files, gateways, name }: { files: readonly FileEntry[]; gateways: readonly string[]; name: string }) {
  const [states, setStates] = useState<Readonly<Record<string, State>>>({});
  const stops = useRef(new Map<string, AbortController>());
  const say = useToast();
  const set = (path: string, state: State) => setStates((all) => ({ ...all, [path]: state }));

  async function work(file: FileEntry, saving: boolean): Promise<boolean> {
    const stop = new AbortController();
    const sink = saving ? await openSink(file) : null;
    if (saving && sink === null) return false; // the dialog was closed
    stops.current.set(file.path, stop);
    set(file.path, { is: 'checking', checked: 0, saving });
    try {
      const { streamFile } = await import('./verified.js');
      await streamFile(file, { gateways, signal: stop.signal, progress: (checked) => set(file.path, { is: 'checking', checked, saving }) }, (chunk) => sink?.write(chunk));
      await sink?.close();
      set(file.path, { is: 'verified' });
      return true;
    } catch (thrown) {
      await sink?.abort();
      set(file.path, stop.signal.aborted ? { is: 'unchecked' } : { is: 'failed', why: thrown instanceof Error ? thrown.message : String(thrown) });
      return false;
    } finally {
      stops.current.delete(file.path);
    }
  }

  async function checkAll() {
    let good = 0;
    for (const file of files) if (await work(file, false)) good++;
    say(good === files.length ? { text: `All ${good} files are what the manifest names.`, tone: 'good' } : { text: `${good} of ${files.length} files could be checked.`, tone: 'bad' });
  }

  const busy = Object.values(states).some(({ is }) => is === 'checking');
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-soft">{files.length} files, {formatBytes(total)}. The list is part of the manifest, which was checked; the files are when you ask.</p>
        <Button size="sm" busy={busy} onClick={() => void checkAll()}><Icon name="shield" />Check all</Button>
      </div>
      <Table
        caption={`Files of ${name}`}
        rows={files}
        rowKey={({ path }) => path}
        columns={[
          {
            head: 'Name',
            names: true,
            cell: (file) => (
              <>
                <span className="flex items-center gap-2 font-mono text-xs wrap-anywhere"><Icon name="file" className="text-faint max-sm:hidden" />{file.path}</span>
                <span className="mt-1.5 flex items-center gap-3 text-xs text-soft sm:hidden">{formatBytes(file.size)} <StateView state={states[file.path]} file={file} /></span>
              </>
            ),
          },
          { head: 'Size', end: true, className: 'whitespace-nowrap max-sm:hidden', cell: ({ size }) => formatBytes(size) },
          { head: 'CID', className: 'max-md:hidden', cell: ({ cid, path }) => <Hash value={cid} what={`the CID of ${path}`} head={6} tail={5} /> },
          { head: 'State', className: 'w-40 max-sm:hidden', cell: (file) => <StateView state={states[file.path]} file={file} /> },
          {
            head: <span className="sr-only">What to do</span>,
            end: true,
            className: 'whitespace-nowrap',
            cell: (file) => states[file.path]?.is === 'checking'
              ? <Button size="sm" variant="quiet" aria-label={`Stop ${file.path}`} onClick={() => stops.current.get(file.path)?.abort()}>Stop</Button>
              : (
                <>
                  <Button size="sm" variant="quiet" aria-label={`Check ${file.path}`} title="Check" onClick={() => void work(file, false)}><Icon name="shield" /></Button>
                  <Button size="sm" variant="quiet" aria-label={`Save ${file.path}`} title="Save" onClick={() => void work(file, true)}><Icon name="download" /></Button>
                </>
              ),
          },
        ]}
      />
    </div>
  );
}

function StateView({ state, file }: { state: State | undefined; file: FileEntry }) {
  switch (state?.is) {
    case 'checking':
      return <span className="grid gap-1"><span className="text-xs text-soft tabular-nums">{formatBytes(state.checked)}{state.saving ? ', saving' : ' checked'}</span><Progress label={`Checked of ${file.path}`} value={state.checked} max={Math.max(file.size, 1)} /></span>;
    case 'verified':
      return <Badge tone="good"><Icon name="check" className="size-3.5" />verified</Badge>;
    case 'failed':
      return <span role="alert" className="block text-xs text-bad wrap-anywhere">{state.why}</span>;
    default:
      return <Badge>not fetched</Badge>;
  }
}

interface Sink {
  write: (chunk: Bytes) => Promise<void> | void;
  close: () => Promise<void> | void;
  abort: () => Promise<void> | void;
}

/** Where a file is saved: straight to disk where the browser can, else from memory when all of it is there. Null when the visitor changed their mind. */
async function openSink(file: FileEntry): Promise<Sink | null> {
  const suggestedName = file.path.split('/').at(-1) ?? 'file';
  const picker = (globalThis as { showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle> }).showSaveFilePicker;
  if (picker && file.size > maxInMemory / 16) {
    try {
      const handle = await picker.call(globalThis, { suggestedName });
      const stream = await handle.createWritable();
      return { write: (chunk) => stream.write(chunk), close: () => stream.close(), abort: () => stream.abort() };
    } catch (thrown) {
      if (thrown instanceof DOMException && thrown.name === 'AbortError') return null;
    }
  }
  const parts: Bytes[] = [];
  return {
    write: (chunk) => {
      if (file.size > maxInMemory) throw new Error(`This browser cannot write to disk while a file of ${formatBytes(file.size)} arrives: use dehug-relay pull.`);
      parts.push(chunk);
    },
    close: () => {
      const url = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }));
      Object.assign(document.createElement('a'), { href: url, download: suggestedName }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser has begun to save by then
    },
    abort: () => undefined,
  };
}
