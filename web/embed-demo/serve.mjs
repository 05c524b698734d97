// Serves pages that hold a model, from an origin of their own, each under its own strict Content-Security-Policy:
//
//   node embed-demo/serve.mjs http://127.0.0.1:8080 [PORT]
//
//   /        the tag, with the widget from the relay
//   /self    the tag, with the widget's files beside the page
//   /frame   the relay's page in a frame
//
// The first argument is a relay; the pages show the first face detector that it offers. Exports `serve` for tests.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { normalize } from 'node:path';
import { pathToFileURL } from 'node:url';

const types = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', jpg: 'image/jpeg', wasm: 'application/wasm' };

/**
 * What a page's policy needs, for each way to have a model on it. README.md shows these, and the tests hold it to that.
 *
 * @param {string} hub origin of the relay
 * @param {string[]} gateways origins of the sources
 */
export function policies(hub, gateways) {
  const sources = gateways.join(' ');
  const typed = "require-trusted-types-for 'script'; trusted-types dehug";
  return {
    self: `script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' ${sources}; ${typed}`,
    cdn: `script-src ${hub} 'wasm-unsafe-eval'; worker-src blob:; connect-src ${hub} ${sources}; ${typed}`,
    frame: `frame-src ${hub}; ${typed}`,
  };
}

/** What the pages here have beside it: a style sheet and a picture. */
const own = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; ";

/**
 * Starts the server on a free port. Without `workers` the policy of `/` refuses them, and the widget has to run on the
 * page's own thread. `requests` has the method and path of each request.
 *
 * @param {string} relay base URL
 * @param {{ workers?: boolean, sources?: string[], port?: number }} [options]
 * @returns {Promise<{ url: string, requests: string[], close(): Promise<void> }>}
 */
export async function serve(relay, { workers = true, sources, port = 0 } = {}) {
  const config = await (await get(`${relay}/config.json`)).json();
  const release = config.releases.find((each) => each.task === 'face-detection');
  if (!release) throw new Error(`${relay} offers no face detector`);
  const widget = Buffer.from(await (await get(`${relay}/runtime/widget.js`)).arrayBuffer());
  const gateways = sources ?? config.gateways;
  const { self, cdn, frame } = policies(relay, gateways);
  const tag = { integrity: `sha384-${createHash('sha384').update(widget).digest('base64')}`, src: release.release, signer: release.signer, sources: gateways.join(' ') };
  const pages = {
    '/': { file: 'index.html', policy: workers ? cdn : cdn.replace('worker-src blob:', "worker-src 'none'"), values: { ...tag, widget: `${relay}/runtime/widget.js` } },
    '/self': { file: 'index.html', policy: self, values: { ...tag, widget: '/runtime/widget.js' } },
    '/frame': { file: 'frame.html', policy: frame, values: { src: `${relay}/embed?src=${release.release}` } },
  };
  const files = { '/style.css': 'style.css', '/astronaut.jpg': '../public/samples/astronaut.jpg' };

  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    requests.push(`${request.method} ${request.url}`);
    const page = pages[pathname];
    const path = page?.file ?? files[pathname] ?? (pathname.startsWith('/runtime/') ? `../dist${normalize(pathname)}` : null);
    try {
      let body = await readFile(new URL(path, import.meta.url));
      if (page) body = body.toString().replace(/\{\{(\w+)\}\}/g, (_, name) => page.values[name]);
      // A worker keeps to the policy that its own file comes with.
      response.writeHead(200, { 'content-type': types[path.split('.').pop()], 'content-security-policy': own + (page?.policy ?? self) }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    requests,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
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
