// Builds the engine: the Go program, slimmed, in two modules.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { slim } from '../../tools/size/slim.mjs';
import { split } from '../../tools/size/split.mjs';
import { goFlags } from './go-flags.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The bytes of dehug.wasm and dehug-rest.wasm, by these names. */
export function buildEngine() {
  const hot = readFileSync(join(root, 'tools/size/hot.txt'), 'utf8').trim().split('\n');
  const { first, rest } = split(slim(compileEngine()), new Set(hot));
  return { 'dehug.wasm': first, 'dehug-rest.wasm': rest };
}

/** The program as Go's linker writes it, with names, which are not part of its code. */
export function compileEngine() {
  const folder = mkdtempSync(join(tmpdir(), 'dehug-engine-'));
  try {
    const out = join(folder, 'dehug.wasm');
    execFileSync('go', ['build', ...goFlags, '-ldflags=-w', '-o', out, './wasm/cmd/dehug-wasm'], {
      cwd: root,
      env: { ...process.env, GOOS: 'js', GOARCH: 'wasm', CGO_ENABLED: '0' },
      stdio: 'inherit',
    });
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
