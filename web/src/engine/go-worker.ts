/** Entry of the worker that verifies and compiles. */
import { serveEngine } from './engine.js';
import type { Port } from './rpc.js';
import { hello } from './spawn.js';

const scope = self as unknown as Port; // DOM types take `self` for a window
serveEngine(scope);
scope.postMessage(hello, []);
