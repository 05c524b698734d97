/** The task `face-detection`. */
import { fetchLater } from '../kit.js';
import type { TaskModule } from '../task.js';
import css from '../views/picture.css?inline';
import { PictureView, type PictureTask } from '../views/picture-view.js';
import { t } from '../strings.js';

const rest = (): Promise<Pick<PictureTask, 'look'>> => fetchLater('tasks/face-detection-look.js');

const faces: PictureTask = {
  busy: t`Looking…`,
  camera: 'user',
  look: async (...on) => (await rest()).look(...on),
};

export const task: TaskModule = { css, files: () => ({}), rest, view: (host) => new PictureView(host, faces) };
