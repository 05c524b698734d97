import { memo, useMemo, useRef, useState } from 'react';
import { measured, merge, pathFault, pickedFromDrop, pickedFromInput, PublishError, type Picked } from '../../publish/index.js';
import { Button } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { formatBytes, formatCount } from '../../ui/format.js';
import { Icon } from '../../ui/icon.js';

/** Takes files and folders, by drop or by the browser's own dialogs, and lists them. */
export function Picker({ picked, onPick, label = 'Drop files or a folder here' }: { picked: readonly Picked[]; onPick: (picked: Picked[]) => void; label?: string }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [error, setError] = useState('');
  const [reading, setReading] = useState(false);
  const add = (find: () => Picked[] | Promise<Picked[]>) => {
    setError('');
    setReading(true);
    // Called at once: afterwards the browser forgets what was dropped.
    new Promise<Picked[]>((resolve) => resolve(find())).then((more) => onPick(merge(picked, more))).catch((thrown: unknown) => {
      const hint = thrown instanceof PublishError ? thrown.hint : '';
      setError(`${thrown instanceof Error ? thrown.message : String(thrown)}${hint && `: ${hint}`}`);
    }).finally(() => setReading(false));
  };
  const fromInput = (input: HTMLInputElement) => {
    const chosen = [...input.files ?? []];
    add(() => measured(pickedFromInput(chosen)));
    input.value = ''; // the same file may be picked again
  };
  return (
    <div className="grid gap-4">
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const { items } = event.dataTransfer;
          add(() => pickedFromDrop(items));
        }}
        className={cx('grid justify-items-center gap-3 rounded-lg border-2 border-dashed px-6 py-10 text-center', over ? 'border-accent bg-accent-wash' : 'border-edge')}
      >
        <Icon name="file" className="size-6 text-faint" />
        <p className="text-md font-semibold" role="status">{reading ? 'Reading what you chose' : label}</p>
        <div className="flex flex-wrap justify-center gap-2">
          <Button onClick={() => files.current?.click()}>Choose files</Button>
          <Button onClick={() => folder.current?.click()}>Choose a folder</Button>
        </div>
        <input ref={files} type="file" multiple hidden aria-label="Files" onChange={(event) => fromInput(event.currentTarget)} />
        <input ref={folder} type="file" hidden aria-label="Folder" {...{ webkitdirectory: '' }} onChange={(event) => fromInput(event.currentTarget)} />
      </div>
      {error && <p role="alert" className="text-sm font-medium text-bad">{error}</p>}
      {picked.length > 0 && <FileList picked={picked} onPick={onPick} />}
    </div>
  );
}

/** So many rows are drawn; what is wrong with a name is among them. */
const maxRows = 200;

/** What was picked. It does not change while files are hashed. */
const FileList = memo(function FileList({ picked, onPick }: { picked: readonly Picked[]; onPick: (picked: Picked[]) => void }) {
  const total = picked.reduce((sum, { file }) => sum + file.size, 0);
  const faults = useMemo(() => new Map(picked.flatMap(({ path }) => (pathFault(path) === '' ? [] : [[path, pathFault(path)]]))), [picked]);
  const shown = faults.size === 0 ? picked.slice(0, maxRows) : picked.toSorted((a, b) => Number(faults.has(b.path)) - Number(faults.has(a.path))).slice(0, maxRows);
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-card">
      <p className="flex justify-between border-b border-line px-4 py-2.5 text-xs text-soft">
        <span>{picked.length === 1 ? 'One file' : `${picked.length} files`}</span>
        <span>{formatBytes(total)}</span>
      </p>
      <ul className="max-h-80 divide-y divide-line overflow-y-auto" aria-label="Files to publish" tabIndex={0}>
        {shown.map(({ path, file }) => (
          <li key={path} className="flex items-center gap-3 px-4 py-2 text-sm">
            <span className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">
              {path}
              {faults.has(path) && <span className="block font-sans font-medium text-bad">{faults.get(path)}</span>}
            </span>
            <span className="text-xs whitespace-nowrap text-faint">{formatBytes(file.size)}</span>
            <button type="button" aria-label={`Remove ${path}`} onClick={() => onPick(picked.filter((p) => p.path !== path))} className="rounded-sm p-1 text-faint hover:bg-sunken hover:text-ink"><Icon name="close" /></button>
          </li>
        ))}
        {shown.length < picked.length && <li className="px-4 py-2 text-xs text-faint">and {formatCount(picked.length - shown.length)} more</li>}
      </ul>
    </div>
  );
});
