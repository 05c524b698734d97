/**
 * What models are fed and what their outputs mean, as plain functions: `@dehug/runtime/tasks`. `<dehug-model>` is made of
 * them, and a page of its own make can be.
 */
export * from './face-detection.js';
export * from './file-type.js';
export * from './image-classification.js';
export * from './image-input.js';
export * from './ocr.js';
export * from './text-embedding.js';
export * from './voice-activity.js';
