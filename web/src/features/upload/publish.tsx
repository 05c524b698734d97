import { useTitle } from '../../app/layout.js';
import { Code } from '../../ui/copy.js';

/** How a model gets here from a terminal. */
export function Publish() {
  useTitle('Publish');
  return (
    <div className="page grid max-w-3xl gap-6 py-9">
      <header>
        <h1 className="text-xl">Publish a model</h1>
        <p className="mt-2 text-soft">Files are hashed and signed on your machine; this hub checks them again, block by block, before it shows them.</p>
      </header>
      <Code title="In a terminal" text={'dehug-relay keygen author.key\ndehug-relay publish ./my-model --key author.key     # prints the manifest’s and the release’s CID'} />
      <Code
        title="To this hub, with a key for programs"
        text={`tar -c manifest.json envelope.json leaves files | curl -T - -X POST -H 'Content-Type: application/x-tar' \\\n  -H 'Authorization: Bearer dhk_…' ${location.origin}/api/v1/uploads/tar`}
      />
    </div>
  );
}
