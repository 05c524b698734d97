/** What runs a model on the page's own thread: where workers are refused, where that is asked for, and for short runs. */
export { PageHome } from './home.js';
export { serveRunner } from './runner.js';
