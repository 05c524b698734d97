/** Go's own glue, taken from the toolchain that built the program (`web/scripts/wasm-exec.mjs`). */
declare module 'virtual:wasm-exec' {
  export interface Go {
    readonly importObject: WebAssembly.Imports;
    /** The program's environment. */
    readonly env: Record<string, string>;
    /** Fulfilled when the program has ended. */
    run(instance: WebAssembly.Instance): Promise<void>;
  }
  /** Runs the glue with `scope` in the place of `globalThis`: the program sees that object and nothing of the page. */
  export function loadGo(scope: object): new () => Go;
}
