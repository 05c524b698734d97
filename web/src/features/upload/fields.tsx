import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Checkbox, Input, Select, Textarea } from '../../ui/field.js';
import { Icon } from '../../ui/icon.js';
import type { Form, FormErrors } from './form.js';
import { ParentSearch } from './parents.js';
import { licenses } from './spdx.js';

/** Tasks that pages know how to run; another may be written as well. */
const tasks = ['face-detection', 'image-classification', 'ocr', 'voice-activity', 'file-type', 'text-embedding'];

export interface FieldsProps {
  form: Form;
  errors: FormErrors;
  set: (change: Partial<Form>) => void;
}

/** What goes to a component that takes no undefined. */
const wrong = (errors: FormErrors, field: keyof Form) => (errors[field] === undefined ? {} : { error: errors[field] });

function Group({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <fieldset className="grid gap-4">
      <legend className="mb-3 text-md font-semibold">{title}{about && <span className="block text-xs font-normal text-faint">{about}</span>}</legend>
      {children}
    </fieldset>
  );
}

/** What the release is. */
export function AboutFields({ form, errors, set, models, hasCard, versionOnly }: FieldsProps & { models: string[]; hasCard: boolean; versionOnly: boolean }) {
  const text = (field: 'name' | 'version' | 'title' | 'tags' | 'license' | 'licenseUri' | 'opset') => ({ value: form[field], onChange: (event: { currentTarget: { value: string } }) => set({ [field]: event.currentTarget.value }), ...wrong(errors, field) });
  const long = (field: 'summary' | 'card' | 'params' | 'parents' | 'evals') => ({ value: form[field], onChange: (event: { currentTarget: { value: string } }) => set({ [field]: event.currentTarget.value }), ...wrong(errors, field) });
  return (
    <div className="grid gap-8">
      <Group title="Name and version">
        <div className="grid gap-4 sm:grid-cols-2">
          <Input label="Name" hint="Part of its address. Lower-case letters, digits, - . _" autoComplete="off" spellCheck={false} readOnly={versionOnly} {...text('name')} />
          <Input label="Version" hint="Three numbers; a version never changes." autoComplete="off" spellCheck={false} {...text('version')} />
        </div>
        <Select label="What it is" value={form.kind} onChange={(event) => set({ kind: event.currentTarget.value as Form['kind'] })}>
          <option value="model">A model (ONNX)</option>
          <option value="dataset">A data set</option>
        </Select>
        <Input label="Title" hint="For people, in any language." maxLength={200} {...text('title')} />
        <Textarea label="Summary" hint="What it is for, in a few sentences." rows={3} maxLength={4000} {...long('summary')} />
        <Input label="Tags" hint="Words to find it by, separated by commas." autoComplete="off" {...text('tags')} />
        {hasCard ? <p className="text-sm text-soft">The card is the README.md among your files.</p> : <Textarea label="Card" hint="Markdown. It becomes README.md, shown on the model’s page." rows={8} {...long('card')} />}
      </Group>
      <Group title="License">
        <div className="grid gap-4 sm:grid-cols-2">
          <div>
            <Input label="SPDX id" list="spdx" hint="Choose one, or write any other id." autoComplete="off" spellCheck={false} {...text('license')} />
            <datalist id="spdx">{licenses.map(([id, name]) => <option key={id} value={id}>{name}</option>)}</datalist>
          </div>
          <Input label="Address of the text" hint="Needed for LicenseRef-…, with the text in a file named LICENSE." type="url" {...text('licenseUri')} />
        </div>
      </Group>
      {form.kind === 'model' && (
        <Group title="How it runs">
          <div className="grid gap-4 sm:grid-cols-2">
            <Select label="File that is opened first" value={form.entry} onChange={(event) => set({ entry: event.currentTarget.value })} {...wrong(errors, 'entry')}>
              {models.length === 0 && <option value="">There is no .onnx file</option>}
              {models.map((path) => <option key={path}>{path}</option>)}
            </Select>
            <Input label="Operator set" hint="Read from the file." inputMode="numeric" {...text('opset')} />
          </div>
          <div>
            <Input label="Task" list="tasks" hint="With a task that pages know, it can be tried right on its page." autoComplete="off" spellCheck={false} value={form.taskId} onChange={(event) => set({ taskId: event.currentTarget.value })} />
            <datalist id="tasks">{tasks.map((id) => <option key={id} value={id} />)}</datalist>
          </div>
          {form.taskId !== '' && <Textarea label="Parameters of the task" hint="Lines of key = value, as the format describes them for the task." rows={5} spellCheck={false} className="font-mono" {...long('params')} />}
          {form.taskId !== '' && <ImageFields form={form} errors={errors} set={set} />}
        </Group>
      )}
      <Group title="Where it comes from" about="All of this may stay empty.">
        <ParentSearch onAdd={(line) => set({ parents: [...form.parents.split('\n').filter((each) => each.trim() !== '' && each.trim() !== line), line].join('\n') })} />
        <Textarea label="Made from" hint="One per line: the id of a version on chain, or the CID of its manifest." rows={2} spellCheck={false} className="font-mono" {...long('parents')} />
        <Textarea label="Results" hint="One per line: task, data set, metric, value. They are your word." rows={2} {...long('evals')} />
      </Group>
    </div>
  );
}

const noImage: NonNullable<Form['image']> = { name: 'input', layout: 'NCHW', color: 'RGB', width: 224, height: 224, resize: 'cover', low: '0', high: '1' };

/** How a picture becomes the model's input. */
function ImageFields({ form, set }: FieldsProps) {
  const { image } = form;
  const change = (part: Partial<typeof noImage>) => set({ image: { ...noImage, ...image, ...part } });
  const text = (field: 'name' | 'low' | 'high') => ({ value: image?.[field] ?? '', onChange: (event: { currentTarget: { value: string } }) => change({ [field]: event.currentTarget.value }) });
  const number = (field: 'width' | 'height') => ({ value: image?.[field] ?? 0, inputMode: 'numeric' as const, onChange: (event: { currentTarget: { value: string } }) => change({ [field]: Number(event.currentTarget.value) || 0 }) });
  const choice = <Field extends 'layout' | 'color' | 'resize'>(field: Field, options: readonly (typeof noImage)[Field][], label: string) => (
    <Select label={label} value={image?.[field]} onChange={(event) => change({ [field]: event.currentTarget.value })}>
      {options.map((option) => <option key={option}>{option}</option>)}
    </Select>
  );
  return (
    <div className="grid gap-4">
      <Checkbox checked={image !== null} onChange={(event) => set({ image: event.currentTarget.checked ? noImage : null })}>It takes a picture</Checkbox>
      {image !== null && (
        <div className="grid gap-4 sm:grid-cols-3">
          <Input label="Name of the input" {...text('name')} />
          <Input label="Width" {...number('width')} />
          <Input label="Height" {...number('height')} />
          {choice('layout', ['NCHW', 'NHWC'], 'Axes')}
          {choice('color', ['RGB', 'BGR', 'GRAY'], 'Channels')}
          {choice('resize', ['cover', 'letterbox', 'stretch'], 'Fitted by')}
          <Input label="Byte 0 becomes" {...text('low')} />
          <Input label="Byte 255 becomes" {...text('high')} />
        </div>
      )}
    </div>
  );
}

/** Who shares in it, and what it costs to use. */
export function TermsFields({ form, errors, set, account, onChain }: FieldsProps & { account: string; onChain: boolean }) {
  const row = (i: number, change: Partial<Form['authors'][number]>) => set({ authors: form.authors.map((author, j) => (i === j ? { ...author, ...change } : author)) });
  return (
    <div className="grid gap-8">
      <Group title="Authors and their shares" about="Of what use of it earns. You have to be one of them; a share may be 0.">
        <ul className="grid gap-3">
          {form.authors.map((author, i) => (
            <li key={i} className="grid items-end gap-3 sm:grid-cols-[1fr_9rem_6rem_auto]">
              <Input label={`Address of author ${i + 1}`} value={author.address} spellCheck={false} className="font-mono text-xs" readOnly={author.address === account} onChange={(event) => row(i, { address: event.currentTarget.value })} />
              <Select label="Role" value={author.role} onChange={(event) => row(i, { role: event.currentTarget.value })}>
                {['author', 'curator', 'evaluator'].map((role) => <option key={role}>{role}</option>)}
              </Select>
              <Input label="Share, %" value={author.percent} inputMode="decimal" onChange={(event) => row(i, { percent: event.currentTarget.value })} />
              <Button variant="quiet" aria-label={`Remove author ${i + 1}`} className={author.address === account ? 'invisible max-sm:hidden' : 'max-sm:justify-self-end'} onClick={() => set({ authors: form.authors.filter((_, j) => j !== i) })}><Icon name="close" /></Button>
            </li>
          ))}
        </ul>
        {errors.authors && <p role="alert" className="text-xs font-medium text-bad">{errors.authors}</p>}
        <div><Button size="sm" disabled={form.authors.length >= 32} onClick={() => set({ authors: [...form.authors, { address: '', role: 'author', percent: '0' }] })}><Icon name="plus" />Add an author</Button></div>
      </Group>
      <Group title="Royalty and recovery">
        <div className="grid gap-4 sm:grid-cols-2">
          <Input label="Royalty, %" hint="Asked for when its NFT is sold again. A request: marketplaces may ignore it." inputMode="decimal" value={form.royalty} onChange={(event) => set({ royalty: event.currentTarget.value })} {...wrong(errors, 'royalty')} />
          {onChain && <Input label="Recovery address" hint="May ask for the NFT when your key is lost. Empty: nobody." spellCheck={false} className="font-mono text-xs" value={form.recovery} onChange={(event) => set({ recovery: event.currentTarget.value })} {...wrong(errors, 'recovery')} />}
        </div>
      </Group>
      {onChain && (
        <Group title="First plan" about="What others pay to have it run for them. Running it in a browser is free.">
          <Checkbox checked={form.sell} onChange={(event) => set({ sell: event.currentTarget.checked })}>Sell use by the unit</Checkbox>
          {form.sell && (
            <div className="grid gap-4 sm:grid-cols-3">
              <Input label="Your part of a unit, $" inputMode="decimal" value={form.price} onChange={(event) => set({ price: event.currentTarget.value })} {...wrong(errors, 'price')} />
              <Input label="For computing at most, $" inputMode="decimal" value={form.compute} onChange={(event) => set({ compute: event.currentTarget.value })} {...wrong(errors, 'compute')} />
              <Input label="A unit is" value={form.unit} onChange={(event) => set({ unit: event.currentTarget.value })} {...wrong(errors, 'unit')} />
            </div>
          )}
        </Group>
      )}
    </div>
  );
}
