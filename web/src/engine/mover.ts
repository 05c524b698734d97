/** How a loaded model comes to the page's own thread, and goes back to a worker. */
import { crashed } from './errors.js';
import { WorkerHome } from './home.js';
import type * as onPageModule from './on-page.js';
import type { Move } from './residence.js';
import { Peer } from './rpc.js';
import type { Description, Runner } from './runner.js';
import type { Place } from './spawn.js';

/**
 * Memory of models that move by themselves, at most: half of the 32 MiB by which a model may have more than what it is
 * made of. For as long as a move takes, both instances have theirs; the other half is the engine's.
 */
const mostToMove = 2 ** 24;

/** `onPage` and `spawn` fetch what runs a model here, and there. Null when the model is to stay where it is. */
export function mover(
  { module, memoryBytes }: Description,
  where: Place['where'],
  { onPage, spawn }: { onPage: () => Promise<typeof onPageModule>; spawn: () => Promise<Place> },
): Move | null {
  if (where === 'main' || memoryBytes > mostToMove) return null;
  return async (from) => {
    if (from.where === 'worker') return (await onPage()).PageHome.of(from, module, mostToMove);
    const place = await spawn();
    try {
      const peer = new Peer<Runner>(place.port);
      place.onCrash = (message) => peer.close(crashed(message));
      return await WorkerHome.of(from, module, place, peer);
    } catch (thrown) {
      place.end();
      throw thrown;
    }
  };
}
