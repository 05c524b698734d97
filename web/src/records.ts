/** Records that this browser keeps for this origin, by a key: a database of IndexedDB with one shelf. No framework. */

export type Run = <T>(mode: IDBTransactionMode, use: (shelf: IDBObjectStore) => IDBRequest<T>) => Promise<T>;

/** Rejects where the browser keeps nothing (a private window). `durability` is strict for what may not be lost with the machine's power. */
export function records({ database, shelf, key, durability = 'default' }: { database: string; shelf: string; key: string; durability?: IDBTransactionDurability }): Run {
  const open = (): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => void request.result.createObjectStore(shelf, { keyPath: key });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('the browser keeps nothing'));
    });
  return async (mode, use) => {
    const db = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = db.transaction(shelf, mode, { durability });
        const request = use(transaction.objectStore(shelf));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error ?? new Error('the browser keeps nothing'));
      });
    } finally {
      db.close();
    }
  };
}
