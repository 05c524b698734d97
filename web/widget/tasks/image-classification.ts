/** The task `image-classification`. */
import { classInput, classParams, readClasses, readLabels } from '../../src/tasks/image-classification.js';
import { pictureTensor } from '../../src/tasks/image-input.js';
import { formatScore } from '../format.js';
import type { TaskModule } from '../task.js';
import { makeBars } from '../views/bars.js';
import barsCss from '../views/bars.css?inline';
import css from '../views/picture.css?inline';
import { PictureView, type PictureTask } from '../views/picture-view.js';
import { timed } from '../views/timed.js';
import { t } from '../strings.js';

/** The rest is seldom worth reading. */
const shown = 5;

const classes: PictureTask = {
  busy: t`Looking…`,
  camera: 'environment',
  async look({ bitmap }, { model, task, data }, signal) {
    const input = classInput(task);
    const params = classParams(task);
    const file = data[params.labelsFile];
    const { tensor } = pictureTensor(bitmap, bitmap, input);
    const { outputs, ms } = await timed(model, { [input.name]: tensor }, signal);
    const found = readClasses(outputs, file ? readLabels(file) : params.labels, params);
    const best = found.slice(0, shown);
    const [first] = best;
    return {
      sentence: first ? t`${capital(first.label)}: ${formatScore(first.score)} sure.` : t`The model knows no classes.`,
      ms,
      detail: { classes: found },
      lines: best.map(({ label, score }) => t`${label}, ${formatScore(score)} sure`),
      shown: makeBars(best.map(({ label, score }) => ({ label, value: score }))),
      draw: () => undefined,
    };
  },
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const task: TaskModule = {
  css: css + barsCss,
  files: (block) => {
    const { labelsFile } = classParams(block);
    return { data: labelsFile === '' ? [] : [labelsFile] };
  },
  view: (host) => new PictureView(host, classes),
};
