/** What Vue's typings promise; compiled by `tsc`, never run. */
import { h, type GlobalComponents } from 'vue';
import type {} from './vue.js';

declare const DehugModel: GlobalComponents['dehug-model'];

export const good = h(DehugModel, { src: 'bafy', task: 'ocr', 'ask-above': 1e6, onResult: ({ detail }) => detail.ms, onError: ({ detail }) => detail.code });

// @ts-expect-error -- no such task
export const bad = h(DehugModel, { src: 'bafy', task: 'mind-reading' });
