/** Starts a piece of the runtime in a worker, or on the page where workers are refused. */
import { fetchPinned, pinOf, scriptURL } from './pins.js';
import type { Port } from './rpc.js';

/** A running piece and the way to it. */
export interface Place {
  port: Port;
  where: 'worker' | 'main';
  end(): void;
  /** Called when a worker dies; never on the page. */
  onCrash: (message: string) => void;
}

/** What a worker says when its code runs, before anything else. */
export const hello = 'dehug-hello';

/** Set when workers were refused once, so that the page is told once and the next load does not try again. */
let refused = false;

/** `serve` is the same piece, for the page's own thread; it may have to be fetched first. */
export async function spawn(base: URL, name: string, mode: 'auto' | 'main', serve: (port: Port) => void | Promise<void>, pin = pinOf(name)): Promise<Place> {
  if (mode === 'auto' && !refused) {
    try {
      return await spawnWorker(base, name, pin);
    } catch (thrown) {
      refuse(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  const { port1, port2 } = new MessageChannel();
  await serve(port1);
  return {
    port: port2,
    where: 'main',
    end() {
      port1.close();
      port2.close();
    },
    onCrash: () => undefined,
  };
}

/** Says so once, although the engine and each model ask for a worker of their own. */
function refuse(why: string): void {
  if (refused) return;
  refused = true;
  console.info(`dehug: workers are refused here (${why}), so models run on the page's own thread, in short steps`);
}

/** Starts the worker of this name among the files at `base`; rejects where workers are refused. */
export async function spawnWorker(base: URL, name: string, pin = pinOf(name)): Promise<Place> {
  const [address, done] = await workerAddress(base, name, pin);
  try {
    const worker = new Worker(scriptURL(address), { name }); // throws where CSP is checked early
    const place: Place = { port: worker, where: 'worker', end: () => worker.terminate(), onCrash: () => undefined };
    await new Promise<void>((resolve, reject) => {
      worker.addEventListener('message', (event) => {
        if (event.data === hello) resolve();
      });
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        reject(new Error(event.message || `${name} was not loaded`));
        place.onCrash(event.message);
      });
    });
    return place;
  } finally {
    done();
  }
}

/** Workers must come from the page's own origin. One from elsewhere is fetched, checked and started from memory. */
async function workerAddress(base: URL, name: string, pin: string): Promise<[string, () => void]> {
  if (base.origin === location.origin) return [new URL(name, base).href, () => undefined];
  const response = await fetchPinned(base, name, pin);
  const blob = URL.createObjectURL(new Blob([await response.arrayBuffer()], { type: 'text/javascript' }));
  return [blob, () => URL.revokeObjectURL(blob)];
}
