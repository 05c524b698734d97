// A vite plugin that serves Go's own glue, wasm_exec.js, as the module `virtual:wasm-exec`. It must come from the
// toolchain that built the program. The glue is a script that works on `globalThis`; here it is the body of a function
// with a parameter of that name, so that whoever calls it decides what the program sees.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const id = 'virtual:wasm-exec';

export function wasmExec() {
  return {
    name: 'dehug:wasm-exec',
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load(source) {
      if (source !== `\0${id}`) return null;
      const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
      const glue = readFileSync(join(root, 'lib', 'wasm', 'wasm_exec.js'), 'utf8');
      return `/*! wasm_exec.js: Copyright 2018 The Go Authors. BSD-3-Clause. */\nexport function loadGo(globalThis) {\n${glue}\nreturn globalThis.Go;\n}\n`;
    },
  };
}
