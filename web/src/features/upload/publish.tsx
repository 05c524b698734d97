import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTitle } from '../../app/layout.js';
import type { Picked } from '../../publish/index.js';
import { Code } from '../../ui/copy.js';
import { Skeleton } from '../../ui/skeleton.js';
import { useAccount } from '../account/account.js';
import { SignInButton } from '../account/sign-in-button.js';
import type { Job } from './job.js';
import { Sending } from './sending.js';
import { UnfinishedJobs } from './unfinished.js';
import { Wizard } from './wizard.js';

/** From a wallet to a published model. */
export function Publish() {
  useTitle('Publish');
  const account = useAccount();
  const { model, name } = useSearch({ from: '/publish' });
  const [running, setRunning] = useState<{ job: Job; files: ReadonlyMap<string, Picked> }>();
  return (
    <div className="page grid max-w-3xl gap-7 py-9">
      <header>
        <h1 className="text-xl">Publish a model</h1>
        <p className="mt-2 text-soft">Files are hashed and signed on your machine; this hub checks them again, block by block, before it shows them.</p>
      </header>
      {account === undefined && <Skeleton className="h-60" />}
      {account === null && <SignedOut />}
      {account &&
        (running ? (
          <Sending {...running} onLeave={() => setRunning(undefined)} />
        ) : (
          <>
            <UnfinishedJobs account={account.address} onResume={(job, files) => setRunning({ job, files })} />
            <Wizard key={account.address} account={account} {...(model && name && { start: { model, name } })} onReady={(job, files) => setRunning({ job, files })} />
          </>
        ))}
      {!running && (
        <details className="border-t border-line pt-5">
          <summary className="cursor-pointer text-sm font-semibold text-soft">From a terminal</summary>
          <div className="mt-4 grid gap-4">
            <Code title="Hash and sign" text={'dehug-relay keygen author.key\ndehug-relay publish ./my-model --key author.key     # prints the manifest’s and the release’s CID'} />
            <Code
              title="Send it to this hub, with a key for programs"
              text={`tar -c manifest.json envelope.json leaves files | curl -T - -X POST -H 'Content-Type: application/x-tar' \\\n  -H 'Authorization: Bearer dhk_…' ${location.origin}/api/v1/uploads/tar`}
            />
          </div>
        </details>
      )}
    </div>
  );
}

function SignedOut() {
  return (
    <div className="grid justify-items-start gap-3 rounded-lg border border-line bg-card p-6">
      <p className="text-md font-semibold">First, who are you?</p>
      <p className="text-sm text-soft">You sign in with a wallet: its account becomes the author, and owns what it publishes.</p>
      <SignInButton />
    </div>
  );
}
