import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorState } from '../ui/states.js';

/** In place of a page that threw. The usual cause is that the site was updated while this tab was open: its chunks are gone. */
export function Broken({ error }: ErrorComponentProps) {
  return (
    <div className="page py-16">
      <ErrorState title="This page broke" error={error} retry={() => location.reload()} />
    </div>
  );
}
