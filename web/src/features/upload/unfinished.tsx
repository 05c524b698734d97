import { useEffect, useState } from 'react';
import { listUnfinished, recognise, reopen, type Picked } from '../../publish/index.js';
import { Button } from '../../ui/button.js';
import { formatBytes } from '../../ui/format.js';
import { Time } from '../../ui/time.js';
import { dropJob, type Job, type JobState } from './job.js';
import { Picker } from './picker.js';

/** Publications that were begun in this browser and did not end. */
export function UnfinishedJobs({ account, onResume }: { account: string; onResume: (job: Job, files: ReadonlyMap<string, Picked>) => void }) {
  const [jobs, setJobs] = useState<Job[]>([]);
  useEffect(() => {
    let over = false;
    void listUnfinished<JobState>(account).then((found) => over || setJobs(found));
    return () => {
      over = true;
    };
  }, [account]);
  if (jobs.length === 0) return null;
  return (
    <section className="grid gap-3" aria-label="Not finished">
      <h2 className="text-md font-semibold">Not finished</h2>
      {jobs.map((job) => <UnfinishedJob key={job.id} job={job} onResume={onResume} onDrop={() => setJobs((all) => all.filter((other) => other !== job))} />)}
    </section>
  );
}

function UnfinishedJob({ job, onResume, onDrop }: { job: Job; onResume: (job: Job, files: ReadonlyMap<string, Picked>) => void; onDrop: () => void }) {
  const [missing, setMissing] = useState<string[]>();
  const [picked, setPicked] = useState<Picked[]>([]);
  const [busy, setBusy] = useState(false);
  const total = job.files.reduce((sum, { size }) => sum + size, 0);
  const resume = async (given: Picked[]) => {
    setBusy(true);
    try {
      if (job.state.uploaded) { onResume(job, new Map()); return; }
      const opened = await reopen(job.files).catch(() => []); // a file may be gone: then it is picked again
      const { found, missing } = await recognise(job.files, [...given, ...opened]);
      if (missing.length === 0) { onResume(job, found); return; }
      setMissing(missing);
    } finally {
      setBusy(false);
    }
    return undefined;
  };
  return (
    <div className="grid gap-4 rounded-lg border border-line bg-card p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm">
          <span className="font-semibold">{job.state.name} {job.state.version}</span>
          <span className="block text-xs text-soft">{formatBytes(total)} · <Time at={new Date(job.saved).toISOString()} /> · {job.state.uploaded ? 'uploaded, not on chain yet' : 'not uploaded yet'}</span>
        </p>
        <div className="flex gap-2">
          <Button size="sm" variant="primary" busy={busy} onClick={() => void resume(picked)}>Go on</Button>
          <Button size="sm" variant="quiet" onClick={() => void dropJob(job).then(onDrop)}>Throw away</Button>
        </div>
      </div>
      {missing && (
        <>
          <p role="status" className="text-sm text-soft">
            {missing.length === 1 ? `${missing[0] ?? ''} has` : `${missing.length} files have`} to be picked again: browsers do not keep them. What the hub has already is not sent again.
          </p>
          <Picker
            picked={picked}
            label="Drop the same files here"
            onPick={(files) => {
              setPicked(files);
              void resume(files);
            }}
          />
        </>
      )}
    </div>
  );
}
