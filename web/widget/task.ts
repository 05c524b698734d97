/**
 * What the element and the code of a task know of each other. The code of a task is a file of its own, which is fetched
 * when a page names the task or a manifest does: `widget.js` itself knows their names only.
 */
import type { Model, Task } from '../src/engine/types.js';
import { fetchLater } from './kit.js';
import { t } from './strings.js';

/** The tasks that there is code for, by their id in the manifest, and the words on the button that starts each. */
export const knownTasks = {
  'face-detection': t`Find the faces`,
  ocr: t`Read the text`,
  'image-classification': t`Classify the picture`,
  'voice-activity': t`Find the speech`,
  'file-type': t`Tell what it is`,
  'text-embedding': t`Compare`,
} as const satisfies Record<string, string>;

export type TaskId = keyof typeof knownTasks;

export function isKnownTask(id: string): id is TaskId {
  return Object.hasOwn(knownTasks, id);
}

/** Further files of a release that a task takes, by manifest path. */
export interface TaskFiles {
  /** ONNX files, beside the release's entry. */
  models?: readonly string[];
  /** Files to read whole: labels, dictionaries. */
  data?: readonly string[];
}

/** All that was loaded for a task. */
export interface Parts {
  /** The release's entry. */
  model: Model;
  /** Other models, by manifest path. */
  models: Readonly<Record<string, Model>>;
  /** Bytes of files, by manifest path. */
  data: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  /** The manifest's task block; null when it has none and the page named the task. */
  task: Task | null;
}

/** What came of one run. */
export interface Finding {
  /** One sentence for people, with a full stop. */
  sentence: string;
  /** Milliseconds in the models. */
  ms: number;
  /** Goes into the `result` event. */
  detail: object;
}

/** What a view may ask of the element that shows it. */
export interface TaskHost {
  /** True when the models are ready to run. */
  readonly loaded: boolean;
  /** There is something new to run on, or nothing any more. With `run`, models are loaded if need be and run on it. */
  changed(run: boolean): void;
  /** Loads the models; null when that failed, which has been said. */
  load(): Promise<Parts | null>;
  /** Says that an input is of no use, and what to do about it. The models stay. */
  refuse(problem: unknown): void;
  /** Says that running went wrong, whatever it was. */
  failed(problem: unknown): void;
  /** A line beside the button, while running. */
  say(text: string): void;
  /** For screen readers. */
  announce(text: string): void;
  /** Takes over what `run` gave, from a view that runs by itself (a recording, a camera). `live`: it goes on. */
  found(finding: Finding, live?: boolean): void;
  /** For such a view: begins and ends the state `running`. `stop` is what the main button does meanwhile. */
  busy(stop: (() => void) | null): void;
}

/** The part of the element that a task owns: what goes in, and what comes out. */
export interface TaskView {
  /** Names the section for screen readers: `Picture`. */
  readonly label: string;
  /** On the button while running: `Looking…`. */
  readonly busy: string;
  /** On the button when the models are loaded and there is nothing to run on: `Choose a picture`. */
  readonly choose: string;
  /** In which the input is seen; above the button. */
  readonly screen: HTMLElement;
  /** Ways to another input; below the button. */
  readonly choices: HTMLElement;
  /** The result in words; at the end. */
  readonly findings: HTMLElement;
  /** True when there is something to run on. */
  readonly ready: boolean;
  /** Asks the visitor for an input. */
  ask(): void;
  /** Takes an input from the page's own script. Rejects with an InputError. */
  use(input: Blob | string, name: string): Promise<void>;
  /** Something was dropped or pasted. False when it is nothing for this task. */
  take(data: DataTransfer | null): boolean;
  /**
   * Elements of the page's `sample` slot. `show`: the first may be shown at once. Resolves when that one stands there, or
   * has been refused: reading it may take longer than loading the models.
   */
  offer(samples: readonly Element[], show: boolean): Promise<void>;
  /** Runs on what there is. Throws a RangeError when the models do not fit the task. */
  run(parts: Parts, signal: AbortSignal): Promise<Finding>;
  /** Forgets what was found. */
  clear(): void;
  /** In the document, and out of it. */
  connect(): void;
  disconnect(): void;
}

/** What the file of a task exports as `task`. */
export interface TaskModule {
  css: string;
  files(task: Task | null): TaskFiles;
  /** Fetches what is needed to run, when a model is on its way. */
  rest?(): Promise<unknown>;
  view(host: TaskHost): TaskView;
}

/** Fetches the code of a task from beside this file, once. */
export async function loadTask(id: TaskId): Promise<TaskModule> {
  const { task } = await fetchLater<{ task: TaskModule }>(`tasks/${id}.js`);
  return task;
}
