import type { ModelInfo, VersionInfo } from '../../relay/index.js';
import { Empty } from '../../ui/states.js';
import { Widget } from '../../ui/widget.js';
import { isShown } from './tasks.js';
import { useRelease } from './release-query.js';

/** The model, to be run in this page. Models for tasks that the widget has no view for are run from code. */
export function Run({ model, version }: { model: ModelInfo; version: VersionInfo }) {
  const { gateways, config } = useRelease(version);
  if (version.release === '') return <NotHere />;
  if (!isShown(model.task)) return null;
  return (
    <section aria-labelledby="run">
      <h2 id="run" className="sr-only">Run it here</h2>
      {config.isPending
        ? <div className="h-[100vh]" />
        : <Widget release={version.release} task={model.task} signer={version.signer} bytes={version.bytes} sources={gateways} />}
    </section>
  );
}

/** What only the chain has told of: its manifest was fetched and is checked, its files may be anywhere. */
export function NotHere() {
  return <Empty icon="play" title="It cannot be run from here yet">The chain names this version, and its manifest is here; the release with its files has not come to this hub.</Empty>;
}
