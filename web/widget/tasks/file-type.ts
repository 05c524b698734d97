/** The task `file-type`. */
import { fileFeatures, fileTypeParams, readFileType, readFileTypes, readMagikaConfig, shortFile, typeOf, type FileGuess, type FileType, type MagikaConfig } from '../../src/tasks/file-type.js';
import { parts as partNames } from '../constants.js';
import { h, icon } from '../dom.js';
import * as icons from '../icons.js';
import { formatBytes, formatScore } from '../format.js';
import { InputError } from '../input-error.js';
import type { Finding, Parts, TaskHost, TaskModule, TaskView } from '../task.js';
import { makeBars } from '../views/bars.js';
import barsCss from '../views/bars.css?inline';
import css from '../views/file.css?inline';
import { Samples } from '../views/samples.js';
import { timed } from '../views/timed.js';
import { t } from '../strings.js';

/** The rest is seldom worth reading, and what is below is written as 0 %. */
const shown = 5;
const leastShown = 0.005;

class FileView implements TaskView {
  readonly label = t`File`;
  readonly busy = t`Looking at its bytes…`;
  readonly choose = t`Choose a file`;
  readonly #input = h('input', { type: 'file', hidden: true, change: () => this.#chosen() });
  readonly #samples = new Samples(t`Sample files`, (i) => void this.#useSample(i, this.host.loaded));
  readonly #name = h('p', { class: 'name' });
  readonly #note = h('p', { class: 'hint' });
  readonly screen = h('div', { class: 'paper' }, icon(icons.file), h('div', {}, this.#name, this.#note));
  readonly choices = h(
    'div',
    { class: 'choices' },
    this.#samples.element,
    h('button', { type: 'button', class: 'quiet', click: () => this.ask() }, icon(icons.file), t`Choose a file`),
    h('p', { class: 'hint' }, t`or drop one. At most 8 kB of it are read, and they stay on this page.`),
    this.#input,
  );
  readonly findings = h('div', { class: 'findings', part: partNames.result, hidden: true });
  #links: readonly HTMLAnchorElement[] = [];
  #file: { blob: Blob; name: string } | null = null;
  #turn = 0;
  /** Settings of the loaded model: read once. */
  #known: { of: Parts; config: MagikaConfig; types: Map<string, FileType> } | null = null;

  constructor(private readonly host: TaskHost) {
    this.clear();
  }

  get ready(): boolean {
    return this.#file !== null;
  }

  ask(): void {
    this.#input.click();
  }

  use(input: Blob | string, name: string): Promise<void> {
    this.#turn++;
    this.#file = { blob: typeof input === 'string' ? new Blob([input]) : input, name };
    this.#samples.press(-1);
    this.clear();
    return Promise.resolve();
  }

  take(data: DataTransfer | null): boolean {
    const file = data?.files[0];
    if (file) this.#open(file);
    return file !== undefined;
  }

  async offer(elements: readonly Element[], show: boolean): Promise<void> {
    this.#links = elements.filter((element) => element instanceof HTMLAnchorElement);
    this.#samples.show(this.#links.map((link) => ({ name: t`Sample: ${sampleName(link)}`, look: sampleName(link) })));
    if (show && !this.#file && this.#links.length > 0) await this.#useSample(0, false);
  }

  async run(parts: Parts, signal: AbortSignal): Promise<Finding> {
    for (;;) {
      const file = this.#file;
      if (!file) throw new Error('there is no file'); // the element runs a view that is ready
      const { best, guesses, ms } = await this.#look(file.blob, parts, signal);
      if (file !== this.#file) continue; // another one was chosen meanwhile
      const { name } = file;
      this.#note.textContent = `${formatBytes(file.blob.size)}. ${best.description} · ${best.mime}${agreement(name, best)}`;
      this.findings.replaceChildren(
        guesses.length > 0
          ? makeBars(guesses.filter(({ score }, i) => i === 0 || (i < shown && score >= leastShown)).map(({ description, mime, score }) => ({ label: description, note: mime, value: score })))
          : h('p', { class: 'hint' }, t`Too short for the model: only whether it is text was looked at.`),
      );
      this.findings.hidden = false;
      const sure = guesses.length > 0 ? t`, ${formatScore(best.score)} sure` : '';
      return { sentence: `${best.description}${sure}.`, ms, detail: { type: best, guesses, file: { name, size: file.blob.size } } };
    }
  }

  clear(): void {
    this.findings.hidden = true;
    this.screen.classList.toggle('filled', this.#file !== null);
    this.#name.textContent = this.#file?.name ?? t`Drop a file here, or choose one.`;
    this.#note.textContent = this.#file ? t`${formatBytes(this.#file.blob.size)}. Not looked at yet.` : '';
  }

  connect(): void {
    // Nothing to watch.
  }

  disconnect(): void {
    // Nothing to watch.
  }

  async #look(blob: Blob, parts: Parts, signal: AbortSignal): Promise<{ best: FileGuess; guesses: FileGuess[]; ms: number }> {
    const params = fileTypeParams(parts.task);
    const { config, types } = this.#settings(parts, params);
    const [first, last] = await Promise.all([bytesOf(blob.slice(0, config.block)), bytesOf(blob.slice(Math.max(0, blob.size - config.block)))]);
    const features = fileFeatures(first, last, config);
    if (!features) return { best: { ...typeOf(shortFile(first), types), score: 1 }, guesses: [], ms: 0 };
    const { outputs, ms } = await timed(parts.model, { [params.input]: { type: 'int32', dims: [1, features.length], data: features } }, signal);
    return { ...readFileType(Object.values(outputs)[0], config, types), ms };
  }

  #settings(parts: Parts, params: { config: string; types: string }): { config: MagikaConfig; types: Map<string, FileType> } {
    if (this.#known?.of !== parts) {
      const config = parts.data[params.config];
      const types = parts.data[params.types];
      if (!config || !types) throw new RangeError('the release lacks the settings of its model');
      this.#known = { of: parts, config: readMagikaConfig(config), types: readFileTypes(types) };
    }
    return this.#known;
  }

  #chosen(): void {
    const file = this.#input.files?.[0];
    this.#input.value = ''; // choosing the same file again is a change again
    if (file) this.#open(file);
  }

  #open(file: File): void {
    void this.use(file, file.name);
    this.host.changed(true);
  }

  async #useSample(index: number, run: boolean): Promise<void> {
    const link = this.#links[index];
    if (!link) return;
    const turn = ++this.#turn;
    try {
      const response = await fetch(link.href);
      if (!response.ok) throw new InputError(t`the sample at ${link.href} answered with status ${response.status}`);
      const blob = await response.blob();
      if (turn !== this.#turn) return;
      await this.use(blob, sampleName(link));
      this.#samples.press(index);
      this.host.changed(run);
    } catch (thrown) {
      if (turn === this.#turn) this.host.refuse(thrown);
    }
  }
}

function sampleName(link: HTMLAnchorElement): string {
  return link.download || link.textContent.trim() || 'sample';
}

/** A folder that is dropped looks like a file until it is read. */
async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new InputError(t`this file could not be read; it may be a folder, or have changed since it was chosen`, { cause });
  }
}

/** What the file's name says beside what its bytes say. */
function agreement(name: string, { extensions, label }: FileType): string {
  const [, ending] = /\.([^./\\]+)$/.exec(name) ?? [];
  if (ending === undefined || extensions.length === 0 || label === 'txt' || label === 'unknown') return '';
  return extensions.includes(ending.toLowerCase()) ? t` · its name says the same` : t` · its name says something else: .${ending}`;
}

export const task: TaskModule = {
  css: css + barsCss,
  files: (block) => {
    const { config, types } = fileTypeParams(block);
    return { data: [config, types] };
  },
  view: (host) => new FileView(host),
};
