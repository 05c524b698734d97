/** Pictures in, whatever a task sees in them out. */
import type { Finding, Parts, TaskHost, TaskView } from '../task.js';
import { parts as partNames } from '../constants.js';
import { h, icon } from '../dom.js';
import * as icons from '../icons.js';
import { firstPicture, pictureFromBlob, pictureFromUrl, type Picture } from './picture.js';
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
  #images: readonly HTMLImageElement[] = [];
  #picture: Picture | null = null;
  /** Picks among pictures that are still being decoded: only the one asked for last counts. */
  #turn = 0;

  constructor(
    private readonly host: TaskHost,
    private readonly task: PictureTask,
  ) {
    this.busy = task.busy;
  }

  get ready(): boolean {
    return this.#picture !== null;
  }

  connect(): void {
    this.#stage.connect();
  }

  disconnect(): void {
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
    if (show && !this.#picture && this.#images.length > 0) await this.#useSample(0, false);
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

  #mark({ draw, sentence, lines, shown = null, title = t`The result in words`, overlay = null }: Look, picture: Picture): void {
    this.#stage.mark(draw, [`${picture.name}. ${sentence}`, ...lines.map((line) => `${line}.`)].join(' '), overlay);
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
}
