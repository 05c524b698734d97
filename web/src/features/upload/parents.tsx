import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { getModel, searchModels, type ModelInfo } from '../../relay/index.js';
import { Button } from '../../ui/button.js';
import { Input } from '../../ui/field.js';
import { shorten } from '../../ui/hash.js';

/** Finds models on the hub by name, and gives what stands for one's highest version: its id on chain, else the CID of its manifest. */
export function ParentSearch({ onAdd }: { onAdd: (line: string) => void }) {
  const [text, setText] = useState('');
  const [said, setSaid] = useState('');
  const q = useDeferredValue(text.trim());
  const found = useQuery({ queryKey: ['models', 'parents', q], enabled: q.length > 1, queryFn: ({ signal }) => searchModels({ q, limit: 5 }, { signal }) });
  const add = async ({ owner, name, version, manifest }: ModelInfo) => {
    try {
      const { onChain } = await getModel({ owner, name });
      onAdd(onChain?.versions.find((each) => each.version === version)?.id ?? manifest);
      setSaid(`${name} ${version} was added.`);
      setText('');
    } catch {
      setSaid(`${name} could not be asked for: try again.`);
    }
  };
  return (
    <div className="grid gap-2">
      <Input label="Find a parent" hint="A model of this hub, by name." type="search" autoComplete="off" spellCheck={false} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      {q.length > 1 && found.data && (
        <ul aria-label="Models that were found" className="flex flex-wrap gap-2">
          {found.data.items.map((model) => (
            <li key={`${model.owner}/${model.name}`}>
              <Button onClick={() => void add(model)}>
                Add {shorten(model.owner)}/{model.name} {model.version}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className="text-sm text-soft empty:hidden">{q.length > 1 && found.isError ? 'The search did not work: write the id below.' : q.length > 1 && found.data?.items.length === 0 ? 'No model of this hub is called so.' : said}</p>
    </div>
  );
}
