import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTitle } from '../../app/layout.js';
import { createKey, listEvents, listKeys, listSessions, revokeKey, signOut, type KeyInfo, type NewKey, type SessionInfo } from '../../relay/index.js';
import { accountOptions, useSignedIn } from '../account/account.js';
import { SignInButton } from '../account/sign-in-button.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Copy } from '../../ui/copy.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox, Input, Select } from '../../ui/field.js';
import { formatBytes, formatDay } from '../../ui/format.js';
import { browserName } from './browser-name.js';
import { Mark } from '../../ui/mark.js';
import { Part } from '../../ui/part.js';
import { Progress } from '../../ui/progress.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { useToast } from '../../ui/toast.js';

/** What belongs to whoever is signed in; thrown away when somebody signs out. */
const mine = 'settings';

/** An account’s sessions, keys and history. */
export function Settings() {
  useTitle('Settings');
  const account = useQuery(accountOptions);
  return (
    <div className="page grid max-w-4xl gap-10 py-9">
      <h1 className="text-xl">Settings</h1>
      {account.isPending && <Loading what="your account"><Skeleton className="h-72 rounded-lg" /></Loading>}
      {account.data === null && <Empty icon="key" title="Nobody is signed in"><p className="mb-4">Your sessions, your keys for programs, and what happened to your account are here.</p><SignInButton /></Empty>}
      {account.isError && <ErrorState title="Your account could not be fetched" error={account.error} retry={() => void account.refetch()} />}
      {account.data && (
        <>
          <section aria-label="Account" className="flex flex-wrap items-center gap-4">
            <Mark of={account.data.address} round size={48} />
            <div className="min-w-56 flex-1">
              <p className="flex items-center gap-1 font-mono text-xs break-all">{account.data.address}<Copy bare text={account.data.address} what="your address" /></p>
              <p className="text-xs text-faint">Known here since {formatDay(new Date(account.data.created))}</p>
            </div>
            {account.data.quota > 0 && (
              <div className="grid w-56 gap-1.5 max-sm:w-full">
                <Progress label="Space used" value={account.data.used} max={account.data.quota} />
                <p className="text-xs text-faint tabular-nums">{formatBytes(account.data.used)} of {formatBytes(account.data.quota)} used</p>
              </div>
            )}
          </section>
          <Keys />
          <Sessions />
          <Events />
        </>
      )}
    </div>
  );
}

/** Does something and says whether it was done; what it changes is asked for again. */
function useAct<T>(act: (what: T) => Promise<unknown>, done: string) {
  const queries = useQueryClient();
  const say = useToast();
  return useMutation({
    mutationFn: act,
    onSuccess: () => say({ text: done, tone: 'good' }),
    onError: (error) => say({ text: error.message, tone: 'bad' }),
    onSettled: () => queries.invalidateQueries({ queryKey: [mine] }),
  });
}

function Keys() {
  const keys = useQuery({ queryKey: [mine, 'keys'], queryFn: ({ signal }) => listKeys({}, { signal }) });
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<KeyInfo>();
  const revoke = useAct((id: string) => revokeKey({ id }), 'The key is revoked: nothing can use it any more.');
  return (
    <Part title="Keys for programs" note="A key acts for your account, as far as it is allowed to. It is shown once." action={<Button variant="primary" onClick={() => setMaking(true)}>New key</Button>}>
      {keys.isPending && <Loading what="keys"><Skeleton className="h-24 rounded-lg" /></Loading>}
      {keys.isError && <ErrorState title="Your keys could not be fetched" error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data?.items.length === 0 && <Empty icon="key" title="No keys">Programs such as curl and dehug-relay need one to upload.</Empty>}
      {keys.data && keys.data.items.length > 0 && (
        <Table
          caption="Keys"
          rows={keys.data.items}
          rowKey={({ id }) => id}
          columns={[
            { head: 'Name', names: true, cell: ({ name }) => <span className="font-medium wrap-anywhere">{name}</span> },
            { head: 'May', cell: ({ scopes }) => <span className="flex gap-1">{scopes.map((scope) => <Badge key={scope}>{scope}</Badge>)}</span> },
            { head: 'Used', className: 'max-sm:hidden', cell: ({ used }) => (used ? <Time at={used} /> : 'never') },
            { head: 'Until', className: 'max-sm:hidden', cell: ({ expires }) => (expires ? formatDay(new Date(expires)) : 'it is revoked') },
            { head: <span className="sr-only">What to do</span>, end: true, cell: (key) => <Button size="sm" variant="quiet" aria-label={`Revoke ${key.name}`} onClick={() => setRevoking(key)}>Revoke</Button> },
          ]}
        />
      )}
      <NewKeyDialog open={making} onClose={() => setMaking(false)} />
      <Dialog open={revoking !== undefined} title="Revoke this key?" onClose={() => setRevoking(undefined)}>
        <p className="text-sm text-soft">What uses “{revoking?.name}” is refused from then on. It cannot be undone.</p>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setRevoking(undefined)}>Keep it</Button>
          <Button variant="danger" onClick={() => { if (revoking) revoke.mutate(revoking.id); setRevoking(undefined); }}>Revoke</Button>
        </div>
      </Dialog>
    </Part>
  );
}

const scopes = [
  { id: 'read', text: 'read: your account, uploads and history' },
  { id: 'upload', text: 'upload: publish releases in your name' },
  { id: 'run', text: 'run: have models run by providers, at your cost' },
] as const;

function NewKeyDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const [made, setMade] = useState<NewKey>();
  const make = useMutation({
    mutationFn: (form: FormData) => {
      const days = Number(form.get('days'));
      const name = form.get('name');
      return createKey({ body: { name: typeof name === 'string' ? name.trim() : '', scopes: form.getAll('scope').filter((scope) => typeof scope === 'string'), ...(days > 0 && { days }) } });
    },
    onSuccess: (key) => {
      setMade(key);
      void queries.invalidateQueries({ queryKey: [mine] });
    },
  });
  const close = () => {
    onClose();
    setMade(undefined);
    make.reset();
  };
  return (
    <Dialog open={open} title={made ? 'Your new key' : 'New key'} onClose={close} stay={made !== undefined}>
      {made
        ? (
          <>
            <p className="text-sm text-soft">Copy it now: it is not shown again, and this hub keeps only its hash.</p>
            <p className="flex items-center gap-2 rounded-md border border-edge bg-sunken py-1 pr-1 pl-3 font-mono text-xs break-all">{made.key}<span className="ml-auto"><Copy text={made.key} what="the key" /></span></p>
            <div className="flex justify-end"><Button variant="primary" onClick={close}>I have it</Button></div>
          </>
        )
        : (
          <form
            className="grid gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              make.mutate(new FormData(event.currentTarget));
            }}
          >
            <Input label="Name" name="name" required maxLength={100} hint="What you will know it by." autoComplete="off" />
            <fieldset className="grid gap-2">
              <legend className="mb-1 text-sm font-semibold">It may</legend>
              {scopes.map(({ id, text }) => <Checkbox key={id} name="scope" value={id} defaultChecked={id === 'read'}>{text}</Checkbox>)}
            </fieldset>
            <Select label="For how long" name="days" defaultValue="90">
              <option value="7">a week</option>
              <option value="90">90 days</option>
              <option value="365">a year</option>
              <option value="0">until it is revoked</option>
            </Select>
            {make.isError && <ErrorState title="It was not made" error={make.error} />}
            <div className="flex justify-end gap-2">
              <Button onClick={close}>Cancel</Button>
              <Button type="submit" variant="primary" busy={make.isPending}>Make it</Button>
            </div>
          </form>
        )}
    </Dialog>
  );
}

function Sessions() {
  const sessions = useQuery({ queryKey: [mine, 'sessions'], queryFn: ({ signal }) => listSessions({}, { signal }) });
  const { leave } = useSignedIn();
  const end = useAct(({ id, current }: SessionInfo) => (current ? leave(false) : signOut({ id })), 'That browser is signed out.');
  const all = useAct(() => leave(true), 'All browsers are signed out.');
  return (
    <Part title="Sessions" note="Browsers that are signed in to your account." action={<Button busy={all.isPending} onClick={() => all.mutate(undefined)}>Sign out everywhere</Button>}>
      {sessions.isPending && <Loading what="sessions"><Skeleton className="h-24 rounded-lg" /></Loading>}
      {sessions.isError && <ErrorState title="Your sessions could not be fetched" error={sessions.error} retry={() => void sessions.refetch()} />}
      {sessions.data && (
        <Table
          caption="Browsers that are signed in"
          rows={sessions.data.items}
          rowKey={({ id }) => id}
          columns={[
            { head: 'Browser', names: true, cell: ({ agent, current }) => <span className="flex items-center gap-2"><span title={agent}>{browserName(agent)}</span>{current && <Badge tone="good">this one</Badge>}</span> },
            { head: 'Used', className: 'whitespace-nowrap', cell: ({ seen }) => <Time at={seen} /> },
            { head: 'Until', className: 'max-sm:hidden', cell: ({ expires }) => formatDay(new Date(expires)) },
            { head: <span className="sr-only">What to do</span>, end: true, cell: (session) => <Button size="sm" variant="quiet" aria-label={`Sign out ${browserName(session.agent)}`} onClick={() => end.mutate(session)}>Sign out</Button> },
          ]}
        />
      )}
    </Part>
  );
}

const actions: Record<string, string> = { sign_in: 'Signed in', sign_out: 'Signed out', signed_out_everywhere: 'Signed out everywhere', key_created: 'Key made', key_revoked: 'Key revoked', published: 'Published' };

function Events() {
  const events = useQuery({ queryKey: [mine, 'events'], queryFn: ({ signal }) => listEvents({ limit: 20 }, { signal }) });
  if (!events.data) return null;
  return (
    <Part title="History" note="What happened to your account, newest first.">
      <ol className="text-sm">
        {events.data.items.map(({ id, at, action, detail }) => (
          <li key={id} className="flex items-baseline justify-between gap-4 border-b border-line py-1.5">
            <span className="min-w-0 wrap-anywhere">{actions[action] ?? action} <span className="text-faint" title={detail}>{action === 'sign_in' ? browserName(detail) : detail}</span></span>
            <span className="shrink-0 text-xs text-faint"><Time at={at} /></span>
          </li>
        ))}
      </ol>
    </Part>
  );
}
