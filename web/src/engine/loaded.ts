/** What a page needs of a model once its module is there: fetched while that comes, so that nothing of it comes later for this. */
export { Fill } from './fill.js';
export { WorkerHome } from './home.js';
export { openModel } from './model.js';
export { mover } from './mover.js';
export { Residence } from './residence.js';
