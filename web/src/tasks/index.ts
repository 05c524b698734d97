/**
 * What models are fed and what their outputs mean, as plain functions: `@dehug/runtime/tasks`. `<dehug-model>` is made of
 * them, and a page of its own make can be.
 */
export * from './face-detection.js';
export * from './image-input.js';
