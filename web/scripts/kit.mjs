// A vite plugin for files that the widget fetches later: what widget.js has already (widget/kit.ts) they take from there.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const shared = /\/widget\/(dom|format|kit|strings)\.ts$/;

export function kit() {
  return {
    name: 'dehug:kit',
    enforce: 'pre',
    resolveId(source, importer) {
      if (importer === undefined || !source.startsWith('.')) return null;
      const path = join(dirname(importer), source.replace(/\.js$/, '.ts'));
      return shared.test(path) ? `\0kit:${path}` : null;
    },
    load(id) {
      if (!id.startsWith('\0kit:')) return null;
      const names = [...readFileSync(id.slice(5), 'utf8').matchAll(/^export (?:async )?(?:function|const) (\w+)/gm)].map(([, name]) => name);
      const code = names.map((name) => `export const ${name} = kit.${name};`).join('\n');
      return { code: `const kit = globalThis[Symbol.for('dehug.kit')];\n${code}\n`, moduleSideEffects: false };
    },
  };
}
