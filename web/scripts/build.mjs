// Builds the site into dist/: `node scripts/build.mjs`, after `npm ci`. Needs Go.
//
//   dist/runtime/dehug.wasm      the engine
//   dist/runtime/dehug-rest.wasm what of it few models need
//   dist/runtime/go-worker.js    the worker around it
//   dist/runtime/go-page.js      the same for pages that refuse workers
//   dist/runtime/compiler.js     what has the engine compile
//   dist/runtime/run-worker.js   the worker that runs a model
//   dist/runtime/run-page.js     the same for the page's own thread
//   dist/runtime/hash-worker.js  the worker that hashes chunks of large files
//   dist/runtime/store-worker.js the worker that has the store's files
//   dist/runtime/store.js        what keeps models for later visits
//   dist/runtime/loaded.js       what a model needs once its module is there
//   dist/runtime/large.js        what large files take
//   dist/runtime/file.js         what loads a model that is no part of a release
//   dist/runtime/foreign.js      what loads a model that others put on IPFS
//   dist/runtime/runtime.js      @dehug/runtime
//   dist/runtime/ort.js          @dehug/runtime/ort: the same, in the words of onnxruntime-web
//   dist/runtime/tasks.js        @dehug/runtime/tasks: pre- and post-processing
//   dist/runtime/widget.js       <dehug-model>, with the runtime in it
//   dist/runtime/checks.js       what it fetches to show what was checked
//   dist/runtime/camera.js       what it fetches for the camera
//   dist/runtime/tasks/*.js      what it fetches for each task; *-look.js: when a model is on its way
//   dist/runtime/integrity.json  hashes of all of these, and which Go made them
//   dist/index.html, assets/     the hub; demo.html is the page at /demo, embed.html the one at /embed, for frames
//
// Files know those that they fetch by hash (src/engine/pins.ts), so each is made after these. Nothing in them depends on
// the folder, the time or the machine: `make verify-release` makes them again and compares.
//
// Every file also gets a .br and a .gz beside it, which the relay serves as they are.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import tailwind from '@tailwindcss/vite';
import { build } from 'vite';
import { buildEngine } from './engine.mjs';
import { kit } from './kit.mjs';
import { wasmExec } from './wasm-exec.mjs';

const web = fileURLToPath(new URL('..', import.meta.url));
const site = join(web, 'dist');
const dist = join(web, '.build'); // made here, moved to dist/ when it is whole: a relay may be reading there
const runtime = join(dist, 'runtime');

// Each is one file without imports. Workers are classic scripts. Of `pins`, files that were made before, they know the hashes.
// What comes `later` than widget.js takes from it what that has already.
const engine = ['dehug.wasm', 'dehug-rest.wasm'];
const pieces = ['compiler.js', 'run-worker.js', 'run-page.js', 'store-worker.js', 'store.js', 'loaded.js', 'large.js', 'file.js', 'foreign.js'];
const tasks = readdirSync(join(web, 'widget/tasks')).map((name) => name.replace(/\.ts$/, ''));
const looks = readdirSync(join(web, 'widget/looks')).map((name) => name.replace(/\.ts$/, ''));
const bundles = [
  { entry: 'src/engine/go-worker.ts', file: 'go-worker.js', format: 'iife', pins: engine },
  { entry: 'src/engine/engine.ts', file: 'go-page.js', format: 'es', pins: engine },
  { entry: 'src/engine/compiler.ts', file: 'compiler.js', format: 'es', pins: [...engine, 'go-worker.js', 'go-page.js'] },
  { entry: 'src/engine/run-worker.ts', file: 'run-worker.js', format: 'iife' },
  { entry: 'src/engine/on-page.ts', file: 'run-page.js', format: 'es' },
  { entry: 'src/engine/hash-worker.ts', file: 'hash-worker.js', format: 'iife' },
  { entry: 'src/store/worker.ts', file: 'store-worker.js', format: 'iife' },
  { entry: 'src/store/index.ts', file: 'store.js', format: 'es' },
  { entry: 'src/engine/loaded.ts', file: 'loaded.js', format: 'es' },
  { entry: 'src/engine/large.ts', file: 'large.js', format: 'es', pins: ['hash-worker.js'] },
  { entry: 'src/engine/file.ts', file: 'file.js', format: 'es' },
  { entry: 'src/engine/foreign.ts', file: 'foreign.js', format: 'es' },
  { entry: 'src/engine/index.ts', file: 'runtime.js', format: 'es', pins: pieces },
  { entry: 'src/ort/index.ts', file: 'ort.js', format: 'es', pins: pieces },
  { entry: 'src/tasks/index.ts', file: 'tasks.js', format: 'es' },
  { entry: 'widget/worklets/recorder.js', file: 'tasks/recorder.js', format: 'es' },
  { entry: 'widget/checks.ts', file: 'checks.js', format: 'es', later: true },
  { entry: 'widget/views/camera.ts', file: 'camera.js', format: 'es', later: true },
  ...looks.map((id) => ({ entry: `widget/looks/${id}.ts`, file: `tasks/${id}-look.js`, format: 'es', later: true })),
  ...tasks.map((id) => ({ entry: `widget/tasks/${id}.ts`, file: `tasks/${id}.js`, format: 'es', pins: ['tasks/recorder.js'], later: true })),
  { entry: 'widget/index.ts', file: 'widget.js', format: 'es', pins: [...pieces, 'checks.js', 'camera.js', ...looks.map((id) => `tasks/${id}-look.js`), ...tasks.map((id) => `tasks/${id}.js`)] },
];

rmSync(dist, { recursive: true, force: true });

mkdirSync(runtime, { recursive: true });
for (const [file, bytes] of Object.entries(buildEngine())) writeFileSync(join(runtime, file), bytes);

for (const { entry, file, format, pins = [], later = false } of bundles) {
  // The folder of a task is the one that holds its recorder.
  const names = pins.map((name) => [file.startsWith('tasks/') ? name.replace('tasks/', '') : name, integrity(name, 'sha256')]);
  const define = { __PINS__: JSON.stringify(Object.fromEntries(names)) };
  // The widget says what asking it costs, so what it will fetch is made and compressed before it.
  if (file === 'widget.js') define.__ENGINE_BYTES__ = String(await downloadBytes(['dehug.wasm', 'compiler.js', 'go-worker.js', 'run-worker.js']));
  await build({
    root: web,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [wasmExec(), later && kit()],
    define,
    build: {
      target: 'es2022',
      cssTarget: 'esnext', // what else it would write in place of :dir() knows languages, not directions
      outDir: runtime,
      emptyOutDir: false,
      minify: true,
      rolldownOptions: { treeshake: { propertyReadSideEffects: false }, output: { minify: true } }, // by itself, lib mode leaves white space in ES modules
      lib: { entry: join(web, entry), formats: [format], name: 'dehug', fileName: () => file },
    },
  });
}

const go = execFileSync('go', ['env', 'GOVERSION'], { cwd: web, encoding: 'utf8' }).trim();
const files = Object.fromEntries([...engine, ...bundles.map(({ file }) => file)].sort().map((file) => [file, integrity(file, 'sha384')]));
writeFileSync(join(runtime, 'integrity.json'), JSON.stringify({ go, files }, null, 2) + '\n');

// The pages, with what lies in public/. They take the widget from /runtime/ as every other page does.
await build({
  root: web,
  configFile: false,
  logLevel: 'warn',
  plugins: [tailwind()],
  build: {
    target: 'es2022',
    outDir: dist,
    emptyOutDir: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Libraries mark what a React server would leave to browsers. There is none here.
      onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
      input: ['index.html', 'demo.html', 'embed.html'].map((name) => join(web, name)),
    },
  },
});

await precompress(dist);

for (const name of readdirSync(site)) {
  if (name !== '.gitkeep') rmSync(join(site, name), { recursive: true });
}
for (const name of readdirSync(dist)) renameSync(join(dist, name), join(site, name));
rmSync(dist, { recursive: true });

/** What a browser takes for `integrity` of a file of the runtime. */
function integrity(file, algorithm) {
  return `${algorithm}-${createHash(algorithm).update(readFileSync(join(runtime, file))).digest('base64')}`;
}

/** What a browser fetches for these files of the runtime, which are served as brotli; rounded, for compressors differ by some bytes. */
async function downloadBytes(files) {
  await precompress(runtime);
  const bytes = files.reduce((sum, file) => sum + statSync(join(runtime, `${file}.br`)).size, 0);
  return Math.round(bytes / 10_000) * 10_000;
}

/** Text and code only: pictures are compressed already. What has been compressed is left alone. */
async function precompress(dir) {
  const kinds = new Set(['.wasm', '.js', '.css', '.html', '.json', '.svg', '.txt', '.map']);
  for (const name of readdirSync(dir, { recursive: true })) {
    const path = join(dir, name);
    if (!kinds.has(extname(path)) || statSync(path).isDirectory() || existsSync(`${path}.br`)) continue;
    const bytes = readFileSync(path);
    const [br, gz] = await Promise.all([
      promisify(brotliCompress)(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
      }),
      promisify(gzip)(bytes, { level: 9 }),
    ]);
    writeFileSync(`${path}.br`, br);
    writeFileSync(`${path}.gz`, gz);
    console.log(`${relative(web, path)}: ${bytes.length} bytes, gzip ${gz.length}, brotli ${br.length}`);
  }
}
