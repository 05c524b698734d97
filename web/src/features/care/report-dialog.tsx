import { useMutation } from '@tanstack/react-query';
import { reportModel, type ReportRequestBody } from '../../relay/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Select, Textarea } from '../../ui/field.js';
import { ErrorState } from '../../ui/states.js';
import { useToast } from '../../ui/toast.js';
import { useAccount } from '../account/account.js';
import { longest, reasons, textOf } from './reasons.js';
import type { ReportProps } from './report.js';

/** Asks what is wrong with a model and tells the relay's admins. It stays mounted while closed, so that closing gives the focus back. */
export function ReportDialog({ owner, name, versions, version, open, onClose }: ReportProps & { open: boolean; onClose: () => void }) {
  const account = useAccount();
  const say = useToast();
  const send = useMutation({
    mutationFn: (form: FormData) => {
      const text = (field: string) => textOf(form, field);
      return reportModel({ body: { owner, name, reason: text('reason') as ReportRequestBody['reason'], detail: text('detail'), ...(text('version') && { version: text('version') }) } });
    },
    onSuccess: () => {
      close();
      say({ text: 'Thank you. Those who run this hub will read it.', tone: 'good' });
    },
  });
  const close = () => {
    onClose();
    send.reset();
  };
  return (
    <Dialog open={open} title={`Report ${name}`} onClose={close}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate(new FormData(event.currentTarget));
        }}
      >
        <Select label="What is wrong?" name="reason" required defaultValue="">
          <option value="" disabled>choose</option>
          {Object.entries(reasons).map(([id, text]) => <option key={id} value={id}>{text}</option>)}
        </Select>
        <Select label="Version" name="version" defaultValue={version ?? ''}>
          <option value="">all versions</option>
          {versions.map((each) => <option key={each}>{each}</option>)}
        </Select>
        <Textarea label="Detail" name="detail" maxLength={longest} hint={`What you saw, and how it can be seen again. Up to ${longest} characters.`} />
        <p className="text-xs text-faint">{account ? 'Those who run this hub see that it comes from your account.' : 'Nobody is signed in, so nobody learns who you are; nor can you be asked anything.'}</p>
        {send.isError && <ErrorState title="It was not sent" error={send.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="primary" busy={send.isPending}>Send</Button>
        </div>
      </form>
    </Dialog>
  );
}
