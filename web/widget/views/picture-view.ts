/** Pictures in, whatever a task sees in them out. */
import type { Finding, Parts, TaskHost, TaskView } from '../task.js';
import { parts as partNames } from '../constants.js';
import { h, icon } from '../dom.js';
import * as icons from '../icons.js';
import type { CameraModule, CameraOptions } from './camera.js';
import { firstPicture, pictureFromBlob, pictureFromUrl, type Picture } from './picture.js';
import { fetchLater } from '../kit.js';
import { Samples } from './samples.js';
import { Stage, type Draw } from './stage.js';
import { t } from '../strings.js';

/** What a task says of a picture. */
export interface Look extends Finding {
  /** Draws over the picture. */
  draw: Draw;
  /** What was found, one line for each, best first. */
  lines: readonly string[];
  /** In place of the list of lines, and not folded away. */
  shown?: Node | null;
  /** Heads the result. */
  title?: string;
  /** Lies over the picture and is as large as it. */
  overlay?: Element | null;
}

/** The words and the one step of a task over pictures. */
export interface PictureTask {
  busy: string;
  /** It is quick enough to be done with the pictures of a camera: this one, of several. */
  camera?: CameraOptions['facing'];
  /** May call `say` with how far it is. */
  look(picture: Picture, parts: Parts, signal: AbortSignal, say: (text: string) => void): Promise<Look>;
}

export class PictureView implements TaskView {
  readonly label = t`Picture`;
  readonly choose = t`Choose a picture`;
  readonly busy: string;
  readonly #stage = new Stage();
  readonly #file = h('input', { type: 'file', accept: 'image/*', hidden: true, change: () => this.#chosen() });
  readonly #samples = new Samples(t`Sample pictures`, (i) => void this.#useSample(i, this.host.loaded));
  readonly #title = h('summary', {});
  readonly #words = h('div', {});
  readonly findings = h('details', { class: 'findings', part: partNames.result, hidden: true }, this.#title, this.#words);
  readonly screen = this.#stage.element;
  readonly choices = h(
    'div',
    { class: 'choices' },
    this.#samples.element,
    h('button', { type: 'button', class: 'quiet', click: () => this.ask() }, icon(icons.picture), t`Choose a picture`),
    h('p', { class: 'hint' }, t`or drop or paste one. It stays on this page.`),
    this.#file,
  );
  /** Null where the task is not quick enough. */
  readonly #cameraButton: HTMLElement | null = null;
  /** Turns the camera off; null while it is. */
  #stopCamera: (() => void) | null = null;
  #images: readonly HTMLImageElement[] = [];
  #picture: Picture | null = null;
  /** Picks among pictures that are still being decoded: only the one asked for last counts. */
  #turn = 0;

  constructor(
    private readonly host: TaskHost,
    private readonly task: PictureTask,
  ) {
    this.busy = task.busy;
    const { camera } = task;
    if (camera === undefined) return;
    this.#cameraButton = h('button', { type: 'button', class: 'quiet', click: () => void this.#toggleCamera(camera) }, icon(icons.camera), t`Use the camera`);
    this.choices.firstElementChild?.after(this.#cameraButton);
  }

  get ready(): boolean {
    return this.#picture !== null;
  }

  connect(): void {
    this.#stage.connect();
  }

  disconnect(): void {
    this.#stopCamera?.();
    this.#stage.disconnect();
  }

  ask(): void {
    this.#file.click();
  }

  async use(input: Blob | string, name: string): Promise<void> {
    await this.#show(typeof input === 'string' ? pictureFromUrl(input, name) : pictureFromBlob(input, name));
  }

  take(data: DataTransfer | null): boolean {
    const file = firstPicture(data);
    if (file) void this.#open(file);
    return file !== undefined;
  }

  async offer(elements: readonly Element[], show: boolean): Promise<void> {
    this.#images = elements.filter((element) => element instanceof HTMLImageElement);
    this.#samples.show(this.#images.map((image, i) => ({ name: image.alt || t`Sample ${i + 1}`, look: h('img', { src: image.src, alt: '' }) })));
    const [first] = this.#images;
    if (!show || this.#picture || !first) return;
    this.#stage.expect(first);
    await this.#useSample(0, false);
    this.#stage.expect(null);
  }

  async run(parts: Parts, signal: AbortSignal): Promise<Finding> {
    for (;;) {
      const picture = this.#picture;
      if (!picture) throw new Error('there is no picture'); // the element runs a view that is ready
      const look = await this.task.look(picture, parts, signal, (text) => this.host.say(text));
      if (picture !== this.#picture) continue; // another one was chosen meanwhile
      const { width, height } = picture.bitmap;
      this.#mark(look, picture);
      return { ...look, detail: { ...look.detail, picture: { name: picture.name, width, height } } };
    }
  }

  clear(): void {
    this.findings.hidden = true;
    this.#words.replaceChildren();
    if (this.#picture) this.#stage.show(this.#picture.bitmap, t`${this.#picture.name}. Not looked at yet.`);
  }

  #mark(look: Look, picture: Picture): void {
    this.#stage.mark(look.draw, describe(look, picture), look.overlay);
    this.#tell(look);
  }

  #tell({ lines, shown = null, title = t`The result in words` }: Look): void {
    this.#title.textContent = title;
    if (shown) this.findings.open = true;
    this.#words.replaceChildren(shown ?? h('ol', {}, ...lines.map((line) => h('li', {}, line))));
    this.findings.hidden = lines.length === 0;
  }

  #chosen(): void {
    const file = this.#file.files?.[0];
    this.#file.value = ''; // choosing the same file again is a change again
    if (file) void this.#open(file);
  }

  async #open(file: File): Promise<void> {
    if (await this.#tried(pictureFromBlob(file, file.name))) this.host.changed(true);
  }

  async #useSample(index: number, run: boolean): Promise<void> {
    const image = this.#images[index];
    if (!image || !(await this.#tried(pictureFromUrl(image.src, image.alt || t`Sample ${index + 1}`)))) return;
    this.#samples.press(index);
    this.host.changed(run);
  }

  /** As {@link show}; what is wrong with the picture is said. */
  async #tried(reading: Promise<Picture>): Promise<boolean> {
    const turn = this.#turn + 1;
    try {
      return await this.#show(reading);
    } catch (thrown) {
      if (turn === this.#turn) this.host.refuse(thrown);
      return false;
    }
  }

  /** Shows the picture that is being read. False when another was asked for meanwhile. */
  async #show(reading: Promise<Picture>): Promise<boolean> {
    this.#stopCamera?.();
    const turn = ++this.#turn;
    const picture = await reading;
    if (turn !== this.#turn) {
      picture.bitmap.close();
      return false;
    }
    const before = this.#picture;
    this.#picture = picture;
    this.#samples.press(-1);
    this.clear();
    before?.bitmap.close();
    return true;
  }

  /* ---------------------------------------------------------------- the camera */

  /** Turns the camera on or off: how is in a file of its own. */
  async #toggleCamera(facing: CameraOptions['facing']): Promise<void> {
    if (this.#stopCamera) {
      this.#stopCamera();
      return;
    }
    const { host } = this;
    const parts = await host.load();
    if (!parts || this.#isWatching()) return;
    const turn = ++this.#turn; // a picture that is still being read is not wanted any more
    const end = new AbortController();
    this.#stopCamera = () => {
      this.#stopCamera = null;
      end.abort();
    };
    try {
      const { camera } = await fetchLater<{ camera: CameraModule }>('camera.js');
      if (end.signal.aborted) return;
      await camera.watch({
        facing,
        host,
        place: this.screen,
        button: this.#cameraButton,
        signal: end.signal,
        stop: () => this.#stopCamera?.(),
        look: (bitmap, name) => this.#frame({ bitmap, name }, parts, end.signal),
        stays: () => turn === this.#turn,
      });
    } catch (thrown) {
      if (host.loaded) host.failed(thrown); // else the model was taken away meanwhile
    } finally {
      if (!end.signal.aborted) this.#stopCamera();
    }
  }

  #isWatching(): boolean {
    return this.#stopCamera !== null;
  }

  /** Looks at a picture of the camera, and shows it with what was found: what is drawn belongs to what is seen. Null when that is over. */
  async #frame(picture: Picture, parts: Parts, signal: AbortSignal): Promise<Finding | null> {
    const { bitmap, name } = picture;
    let look: Look;
    try {
      look = await this.task.look(picture, parts, signal, () => undefined);
      signal.throwIfAborted();
    } catch (thrown) {
      bitmap.close();
      if (signal.aborted) return null;
      throw thrown;
    }
    const before = this.#picture;
    this.#picture = picture;
    this.#samples.press(-1);
    this.#stage.show(bitmap, describe(look, picture), look.draw);
    this.#tell(look);
    before?.bitmap.close();
    return { ...look, detail: { ...look.detail, picture: { name, width: bitmap.width, height: bitmap.height } } };
  }
}

function describe({ sentence, lines }: Look, picture: Picture): string {
  return [`${picture.name}. ${sentence}`, ...lines.map((line) => `${line}.`)].join(' ');
}
