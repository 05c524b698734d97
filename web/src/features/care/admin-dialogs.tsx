import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { allow, deny, each, listVersions, RelayError, resolveReport, type DenialInfo, type ReportInfo, type VersionInfo } from '../../relay/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox, Input, Select, Textarea } from '../../ui/field.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { ErrorState } from '../../ui/states.js';
import { useToast } from '../../ui/toast.js';
import { longest, reasons, textOf } from './reasons.js';
import { targetsOf, type Denied, type Target } from './targets.js';

interface AskProps {
  open: boolean;
  title: string;
  verb: string;
  danger?: boolean;
  /** Said when it is done. */
  done: string;
  act: (form: FormData) => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}

/** Asks, does it, and has all that is shown asked for again: lists of models change, too. */
function Ask({ open, title, verb, danger = false, done, act, onClose, children }: AskProps) {
  const queries = useQueryClient();
  const say = useToast();
  const go = useMutation({
    mutationFn: act,
    onSuccess: () => {
      close();
      say({ text: done, tone: 'good' });
    },
    onSettled: async () => {
      await queries.invalidateQueries();
      // What was clicked may be gone from the lists, and with it the focus.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
      });
    },
  });
  const close = () => {
    onClose();
    go.reset();
  };
  return (
    <Dialog open={open} title={title} onClose={close}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          go.mutate(new FormData(event.currentTarget));
        }}
      >
        {children}
        {go.isError && <ErrorState title="It was not done" error={go.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant={danger ? 'danger' : 'primary'} busy={go.isPending}>{verb}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Closes a report, and says what was done about it. */
export function ResolveDialog({ open, report, onClose }: { open: boolean; report?: ReportInfo; onClose: () => void }) {
  return (
    <Ask
      open={open}
      title="Resolve this report"
      verb="Resolve"
      done="The report is resolved."
      act={(form) => resolveReport({ id: report?.id ?? '', body: { note: textOf(form, 'note') } })}
      onClose={onClose}
    >
      <Textarea label="What was done about it" name="note" required maxLength={longest} hint="Admins see it beside the report." />
    </Ask>
  );
}

/** Denies what a report is about, or else what is written. */
export function DenyDialog({ open, report, onClose }: { open: boolean; report?: ReportInfo; onClose: () => void }) {
  const { owner = '', name = '' } = report ?? {};
  const versions = useQuery({ queryKey: ['admin', 'versions', owner, name], queryFn: ({ signal }) => versionsOf(owner, name, signal), enabled: open && report !== undefined });
  // Where they cannot be listed (none is on this hub, or the model is denied already), what was reported can be denied all the same.
  const targets = report && !versions.isPending ? targetsOf(report, versions.data ?? []) : [];
  const act = async (form: FormData) => {
    const reason = textOf(form, 'reason');
    const denials = report ? targets[Number(textOf(form, 'target'))]?.denials ?? [] : [{ kind: textOf(form, 'kind') as Denied['kind'], what: textOf(form, 'what') }];
    await denyAll(denials, reason);
    if (report && form.has('resolve')) await resolveReport({ id: report.id, body: { note: reason } }).catch(unlessConflict); // another admin resolved it
  };
  return (
    <Ask open={open} title={report ? `Deny because of ${report.name}` : 'New denial'} verb="Deny" danger done="It is not served any more." act={act} onClose={onClose}>
      <p className="text-sm text-soft">It is gone from this hub’s lists, searches and gateway, and nobody can upload it. Files that others have too are only denied by their own CIDs.</p>
      {report ? <Targets targets={targets} pending={versions.isPending} /> : (
        <>
          <Select label="Kind" name="kind" defaultValue="version">
            <option value="version">a version</option>
            <option value="account">all that an account published</option>
            <option value="cid">a CID</option>
          </Select>
          <Input label="What" name="what" required maxLength={500} spellCheck={false} autoComplete="off" className="font-mono text-xs" hint="owner/name/version; an address; a CID." />
        </>
      )}
      <Textarea label="Why" name="reason" required maxLength={longest} rows={3} {...(report && { defaultValue: `Reported: ${reasons[report.reason].toLowerCase()}` })} />
      {report && <Checkbox name="resolve" defaultChecked>Resolve the report with this</Checkbox>}
    </Ask>
  );
}

function Targets({ targets, pending }: { targets: Target[]; pending: boolean }) {
  if (pending) return <Loading what="versions"><Skeleton className="h-15 rounded-md" /></Loading>;
  return (
    <Select label="What" name="target" hint="Versions that are published later are not denied with a model; with an account they are.">
      {targets.map(({ text }, i) => <option key={text} value={i}>{text}</option>)}
    </Select>
  );
}

/** All versions of a model that this hub has. */
async function versionsOf(owner: string, name: string, signal: AbortSignal): Promise<VersionInfo[]> {
  const all: VersionInfo[] = [];
  for await (const version of each(listVersions, { owner, name, limit: 100 }, { signal })) all.push(version);
  return all;
}

/** Of several some may be denied already, by other admins or before. */
async function denyAll(denials: readonly Denied[], reason: string): Promise<void> {
  let already: RelayError | undefined;
  let made = 0;
  for (const denial of denials) {
    const conflict = await deny({ body: { ...denial, reason } }).then(() => undefined, unlessConflict);
    if (conflict) already = conflict;
    else made++;
  }
  if (made === 0 && already) throw already;
}

function unlessConflict(thrown: unknown): RelayError {
  if (thrown instanceof RelayError && thrown.code === 'conflict') return thrown;
  throw thrown;
}

/** Serves it again. */
export function AllowDialog({ open, denial, onClose }: { open: boolean; denial?: DenialInfo; onClose: () => void }) {
  return (
    <Ask
      open={open}
      title="Serve it again?"
      verb="Allow again"
      done="It is served again."
      act={(form) => allow({ kind: denial?.kind ?? 'cid', what: denial?.what ?? '', note: textOf(form, 'note') })}
      onClose={onClose}
    >
      <p className="font-mono text-xs break-all text-soft">{denial?.what}</p>
      <Textarea label="Why" name="note" maxLength={longest} rows={3} hint="Kept with what admins did." />
    </Ask>
  );
}
