/** Entry of the worker that runs one model. There is no Go in it. */
import type { Port } from './rpc.js';
import { serveRunner } from './runner.js';
import { hello } from './spawn.js';

const scope = self as unknown as Port; // DOM types take `self` for a window
serveRunner(scope);
scope.postMessage(hello, []);
