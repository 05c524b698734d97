/**
 * From files to a release on the relay, without a framework: pick → hash → say what it is → sign → upload. Publishing on chain is
 * in ../wallet.
 */
export { PublishError } from './errors.js';
export { authorFile, readAuthorFile } from './author-file.js';
export { authorshipTypedData, envelopeOf } from './authorship.js';
export { blocksOf, type Block } from './blocks.js';
export { licenseFile, makeManifest, slugOf, timestamp, type Draft, type HashedFile, type Made } from './draft.js';
export { hashFiles, type HashOptions } from './hash.js';
export { manifestIn, manifestOf, type ManifestOptions } from './manifest-work.js';
export { startHashWorker, startManifestWorker } from './start-worker.js';
export { uploadApi } from './http.js';
export { mediaTypeOf } from './media-types.js';
export { opsetOf } from './onnx-head.js';
export { amountFault, measured, merge, pathFault, pickedFromDrop, pickedFromInput, type Picked } from './pick.js';
export { forgetUnfinished, keepUnfinished, listUnfinished, recognise, reopen, type KeptFile, type Unfinished } from './unfinished.js';
export { slack, upload, type UploadApi, type UploadProgress } from './upload.js';
