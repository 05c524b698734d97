// Serves the page beside this file from an origin of its own, under a strict Content-Security-Policy:
//
//   node embed-demo/serve.mjs http://127.0.0.1:8080 [PORT]
//
// The first argument is a relay; the page embeds the first face detector that it offers. Exports `serve` for tests.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const files = {
  '/': [new URL('index.html', import.meta.url), 'text/html; charset=utf-8'],
  '/style.css': [new URL('style.css', import.meta.url), 'text/css; charset=utf-8'],
  '/astronaut.jpg': [new URL('../public/samples/astronaut.jpg', import.meta.url), 'image/jpeg'],
};

/**
 * Starts the server on a free port. Without `workers` the policy refuses them, and the widget has to run on the page's
 * own thread.
 *
 * @param {string} relay base URL
 * @param {{ workers?: boolean, sources?: string[], port?: number }} [options]
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function serve(relay, { workers = true, sources, port = 0 } = {}) {
  const config = await (await get(`${relay}/config.json`)).json();
  const release = config.releases.find((each) => each.task === 'face-detection');
  if (!release) throw new Error(`${relay} offers no face detector`);
  const widget = Buffer.from(await (await get(`${relay}/runtime/widget.js`)).arrayBuffer());
  const gateways = sources ?? config.gateways;
  const values = {
    relay,
    integrity: `sha384-${createHash('sha384').update(widget).digest('base64')}`,
    src: release.release,
    signer: release.signer,
    sources: gateways.join(' '),
  };
  const policy = [
    "default-src 'none'",
    `script-src ${relay} 'wasm-unsafe-eval'`,
    `worker-src ${workers ? 'blob:' : "'none'"}`,
    `connect-src ${[relay, ...gateways].join(' ')}`,
    "img-src 'self'",
    "style-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

  const server = createServer(async (request, response) => {
    const [path, type] = files[new URL(request.url, 'http://localhost').pathname] ?? [];
    if (!path) return response.writeHead(404).end();
    let body = await readFile(path);
    if (type.startsWith('text/html')) body = body.toString().replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const relay = (process.argv[2] ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');
  const { url } = await serve(relay, { port: Number(process.argv[3] ?? 0) });
  console.log(url);
}
