/** What a page needs of a model once it is there: fetched while the model comes, so that nothing of it comes later for this. */
export { WorkerHome } from './home.js';
export { openModel } from './model.js';
export { Residence } from './residence.js';
