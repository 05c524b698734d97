import type { ModelInfo, VersionInfo } from '../../relay/index.js';
import { Widget } from '../../ui/widget.js';
import { isShown } from './tasks.js';
import { useRelease } from './release-query.js';

/** The model, to be run in this page. Models for tasks that the widget has no view for are run from code. */
export function Run({ model, version }: { model: ModelInfo; version: VersionInfo }) {
  const { gateways, config } = useRelease(version);
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
