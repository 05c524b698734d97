/** The page at `/embed`, for frames on other sites: one release of this relay, `?src=CID` or `?task=ID`. It tells the page around it nothing. */
import { getSiteConfig } from './site-config.js';

async function start(): Promise<void> {
  const { gateways, releases } = await getSiteConfig();
  const asked = new URLSearchParams(location.search);
  const [src, task] = [asked.get('src'), asked.get('task')];
  const release = releases.find((each) => (src === null ? each.task === task : [each.release, each.manifest].includes(src)));
  const model = document.querySelector('dehug-model');
  if (!model) throw new Error('embed.html has no dehug-model');
  if (!release) throw new Error('This relay does not offer what this frame asks for: its address needs ?src= with a release that /config.json lists.');
  const attributes = { src: release.release, task: release.task, signer: release.signer, 'model-bytes': release.bytes > 0 ? String(release.bytes) : '', sources: gateways.join(' ') };
  for (const [name, value] of Object.entries(attributes)) if (value !== '') model.setAttribute(name, value);
  model.hidden = false;
}

start().catch((error: unknown) => {
  const message = document.querySelector('#message');
  if (message) message.textContent = error instanceof Error ? error.message : String(error);
});
