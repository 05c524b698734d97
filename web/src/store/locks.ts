/** Locks that all tabs of a site see, and that end with the tab. */

/** A lock that each load of a release holds, shared; who removes the release holds it alone. */
export const occupied = (cid: string): string => `dehug model ${cid}`;

/** A lock that is held by whoever fetches a block. */
export const fetching = (cid: string): string => `dehug block ${cid}`;

/** A lock that the first load of a release holds on a site where nothing was kept: it asks for blocks before it has the store. */
export const loading = (cid: string): string => `dehug new ${cid}`;

/** Takes a lock and gives what ends it; false when it is not available. Where there are no locks, tabs do not know of each other. */
export function hold(name: string, options: LockOptions, take: (end: () => void) => void): Promise<boolean> {
  const locks = navigator.locks as LockManager | undefined; // missing in old browsers
  if (locks === undefined) {
    take(() => undefined);
    return Promise.resolve(true);
  }
  return new Promise((resolve, reject) => {
    locks
      .request(name, options, (lock) => {
        if (lock === null) {
          resolve(false);
          return undefined;
        }
        return new Promise<void>((end) => {
          take(end);
          resolve(true);
        });
      })
      .catch(reject);
  });
}
