import { lazy, Suspense, useState } from 'react';
import { Button } from '../../ui/button.js';

const ReportDialog = lazy(() => import('./report-dialog.js').then(({ ReportDialog }) => ({ default: ReportDialog })));

export interface ReportProps {
  owner: string;
  name: string;
  /** Those that can be named. */
  versions: readonly string[];
  /** The one that is looked at. */
  version: string | undefined;
}

/** Lets anybody say what is wrong with a model. */
export function Report({ className, ...about }: ReportProps & { className?: string }) {
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button variant="quiet" size="sm" className={className} onClick={() => { setAsked(true); setOpen(true); }}>Report</Button>
      {asked && <Suspense><ReportDialog {...about} open={open} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
