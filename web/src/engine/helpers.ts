/** The workers that help the one that runs a model, so that a run has several threads. */
import { Peer } from './rpc.js';
import type { Runner } from './runner.js';
import type { Place } from './spawn.js';

export class Helpers {
  private constructor(private readonly places: readonly Place[]) {}

  /** Starts so many. With fewer, or none, the runner does the rest itself. */
  static async start(count: number, spawn: () => Promise<Place>): Promise<Helpers> {
    const places = await Promise.all(Array.from({ length: count }, () => spawn().catch(() => null)));
    const found = places.filter((place) => place !== null);
    if (found.length < count) console.info(`dehug: workers for threads are refused here, so a run has ${1 + found.length} of the ${1 + count} threads`);
    return new Helpers(found);
  }

  /** Puts them beside the runner, with which they end. On the page's own thread they are of no use. */
  join(place: Place, peer: Peer<Runner>): void {
    const { places } = this;
    if (place.where === 'main') {
      for (const helper of places) helper.end();
    } else if (places.length > 0) {
      const ports = places.map((helper) => {
        const { port1, port2 } = new MessageChannel();
        new Peer<Runner>(helper.port).note('follow', [port1], [port1]);
        helper.onCrash = place.onCrash;
        return port2;
      });
      peer.note('team', [ports], ports);
      const end = place.end.bind(place);
      place.end = () => {
        end();
        for (const helper of places) helper.end();
      };
    }
  }
}
