import { DehugError, load, type LoadOptions, type Model, type Progress } from '../src/engine/index.js';
import { tasks, type Detection, type PictureTask } from '../src/tasks/index.js';
import { attributes, engineBytes, events, parts, type DehugModelEventMap, type Result, type State, type Verified } from './constants.js';
import { h, icon, setText, type IconName } from './dom.js';
import { errorText } from './error-text.js';
import { formatBytes, formatDuration, formatScore, shorten } from './format.js';
import { Ledger } from './ledger.js';
import { makeLegend, MapView } from './map-view.js';
import { firstPicture, pictureFromBlob, pictureFromUrl, type Picture } from './picture.js';
import { ProofView } from './proof-view.js';
import { SourcesView } from './sources-view.js';
import { Stage } from './stage.js';
import { adoptStyles } from './styles.js';

/**
 * An AI model that checks itself before it runs, in the visitor's own browser.
 *
 * ```html
 * <script type="module" src="https://hub.example/runtime/widget.js"></script>
 * <dehug-model
 *   src="bafy…"
 *   sources="https://gateway-a.example https://gateway-b.example"
 *   signer="0x…"
 *   task="face-detection"
 * >
 *   <img slot="sample" src="portrait.jpg" alt="A portrait">
 * </dehug-model>
 * ```
 *
 * Nothing is fetched before somebody asks for it (`reveal="interaction"`, the default) or the element is seen
 * (`reveal="auto"`). Then the manifest is checked against the hash in `src`, the signature against `signer`, and each
 * chunk of the model against the manifest; sources are not trusted, and one that lies is shown with the evidence.
 * Pictures stay in the page.
 *
 * A page's Content-Security-Policy needs: `script-src` with the widget's origin and `'wasm-unsafe-eval'`; `connect-src`
 * with that origin and the sources; `worker-src` with `blob:` when the widget comes from another origin (without it the
 * model runs on the page's own thread). No inline styles or scripts are used.
 *
 * @tag dehug-model
 *
 * @attr {string} src - CID of a release or of its manifest, with or without `ipfs://`. Changing it starts over.
 * @attr {string} task - What to do with the model. Default: what the manifest says. Known: `face-detection`.
 * @attr {string} sources - Base URLs of trustless gateways, separated by spaces. All are used, none is trusted.
 * @attr {string} signer - Ethereum address that must have signed the manifest. Without it any signer, or none, will do.
 * @attr {string} poster - URL of a picture to show until there is another.
 * @attr {"interaction"|"auto"} reveal - When to load: on request (default), or as soon as the element is in view.
 * @attr {"strict"|"fast"} mode - `strict` (default) gives the same bits on every machine.
 * @attr {number} max-bytes - Models larger than this are refused before their first byte is fetched. Default: 1 GiB.
 * @attr {number} model-bytes - Size of the model, if the page knows; said before anything is fetched.
 * @attr {string} state - Reflected, read-only: `idle`, `verifying`, `loading`, `ready`, `running`, `done` or `error`.
 *
 * @fires progress - While loading: `detail` is the engine's progress event (a phase, the manifest, a chunk, a source).
 * @fires verified - Every byte has matched its hash and the model is compiled; nothing has run yet. `detail`: {@link Verified}.
 * @fires result - A picture has been looked at. `detail`: {@link Result}.
 * @fires error - Loading or running failed, or a picture could not be read. `detail`: `DehugError` with `code`, `message`, `hint`.
 *
 * @slot sample - `<img>` elements to offer as examples; the first is shown at once. `alt` is their name.
 *
 * @csspart card - The whole.
 * @csspart header - Name of the model, and how things stand.
 * @csspart stage - Picture and controls.
 * @csspart picture - The canvas.
 * @csspart button - The main button.
 * @csspart ledger - Everything about checking.
 * @csspart map - Rows of chunks.
 * @csspart sources - The sources and their verdicts.
 * @csspart proof - Signer, digests, license, times.
 * @csspart result - What was found, in words.
 * @csspart error - The error panel.
 *
 * @cssproperty --dehug-accent - Colour of buttons and focus rings.
 * @cssproperty --dehug-on-accent - Text on that colour.
 * @cssproperty --dehug-ground - Background of the card.
 * @cssproperty --dehug-ink - Text.
 * @cssproperty --dehug-line - Borders.
 * @cssproperty --dehug-radius - Corner radius of the card.
 * @cssproperty --dehug-font - Font of text.
 * @cssproperty --dehug-mono - Font of hashes.
 * @cssproperty --dehug-stage-height - Largest height of the picture.
 *
 * Light or dark follows the page's `color-scheme`.
 */
export class DehugModelElement extends HTMLElement {
  static readonly observedAttributes = Object.values(attributes).filter((name) => name !== attributes.state);

  private readonly stage = new Stage();
  private readonly announce = (text: string): void => setText(this.status, text);
  private readonly map = new MapView();
  private readonly sourcesView = new SourcesView(this.announce);
  private readonly proof = new ProofView(this.announce);

  private readonly status = h('p', { class: 'unseen', role: 'status' });
  private readonly heading = h('h2', {});
  private readonly reference = h('code', { class: 'reference' });
  private readonly chip = h('span', { class: 'chip' });
  private readonly poster = h('img', { class: 'poster', alt: '', hidden: true });
  private readonly button = h('button', { type: 'button', class: 'primary', part: parts.button, click: () => void this.act() });
  private readonly said = h('p', { class: 'said' });
  private readonly bar = h('progress', { 'aria-label': 'Download', hidden: true });
  private readonly alert = h('div', { class: 'alert', part: parts.error, role: 'alert' });
  private readonly notice = h('p', { class: 'notice', role: 'alert' });
  private readonly explanation = h(
    'p',
    { class: 'hint' },
    'Nothing has been fetched yet. No source is trusted: what arrives is hashed, and used only if the hash is the one that the signed manifest names.',
  );
  private readonly samples = h('div', { class: 'samples', role: 'group', 'aria-label': 'Sample pictures' });
  private readonly found = h('ol', {});
  private readonly findings = h('details', { class: 'findings', part: parts.result, hidden: true }, h('summary', {}, 'The result in words'), this.found);
  private readonly file = h('input', { type: 'file', accept: 'image/*', hidden: true, change: () => this.chosen() });
  private readonly sampleSlot = h('slot', { name: 'sample', hidden: true, slotchange: () => this.readSamples() });

  private ledger = new Ledger([]);
  private model: Model | null = null;
  private picture: Picture | null = null;
  /** Ends the load or run under way. A new one for each start; what belongs to an old one is thrown away. */
  private work = new AbortController();
  /** Picks among pictures that are still being decoded: only the one asked for last counts. */
  private pictureTurn = 0;
  private seen: IntersectionObserver | null = null;
  /** In a document, as far as we have noticed. */
  private present = false;
  private resetQueued = false;
  private drawQueued = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    adoptStyles(root);
    root.append(this.build());
    this.listen();
  }

  private build(): HTMLElement {
    const choose = h('button', { type: 'button', class: 'quiet', click: () => this.file.click() }, icon('picture'), 'Choose a picture');
    return h(
      'article',
      { class: 'card', part: parts.card, 'aria-label': 'AI model' },
      h('header', { part: parts.header }, this.heading, this.reference, this.chip),
      h(
        'div',
        { class: 'body' },
        h(
          'section',
          { class: 'stage', part: parts.stage, 'aria-label': 'Picture' },
          h('div', { class: 'screen' }, this.poster, this.stage.element),
          h('div', { class: 'controls' }, this.button, this.said),
          this.bar,
          this.alert,
          h('div', { class: 'choices' }, this.samples, choose, h('p', { class: 'hint' }, 'or drop or paste one. It stays on this page.')),
          this.notice,
          this.findings,
          this.file,
          this.sampleSlot,
        ),
        h(
          'section',
          { class: 'ledger', part: parts.ledger, 'aria-label': 'What is checked' },
          h('div', { class: 'title' }, h('h3', {}, 'Chunks'), makeLegend()),
          this.map.element,
          h('h3', {}, 'Sources'),
          this.sourcesView.element,
          this.proof.element,
          this.explanation,
        ),
      ),
      this.status,
    );
  }

  private listen(): void {
    this.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      this.stage.element.classList.add('over');
    });
    this.addEventListener('dragleave', () => this.stage.element.classList.remove('over'));
    this.addEventListener('drop', (event) => {
      event.preventDefault();
      this.stage.element.classList.remove('over');
      this.take(firstPicture(event.dataTransfer));
    });
    this.addEventListener('paste', (event) => this.take(firstPicture(event.clipboardData)));
  }

  connectedCallback(): void {
    if (this.present) return; // it has only been moved
    this.present = true;
    this.stage.connect();
    this.reset();
    this.readSamples();
  }

  disconnectedCallback(): void {
    // Moving an element disconnects and connects it at once: only one that stays away gives up its model.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.present = false;
      this.stage.disconnect();
      this.seen?.disconnect();
      this.drop();
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return;
    if (name === attributes.poster) this.showPoster();
    else if (name === attributes.modelBytes) this.draw();
    else this.queueReset();
  }

  /* ---------------------------------------------------------------- the page's side */

  get state(): State {
    return (this.getAttribute(attributes.state) as State | null) ?? 'idle';
  }

  get src(): string {
    return this.getAttribute(attributes.src) ?? '';
  }
  set src(value: string) {
    this.setAttribute(attributes.src, value);
  }

  /** Base URLs, as in the attribute. */
  get sources(): string[] {
    const listed = this.getAttribute(attributes.sources) ?? '';
    return listed.split(/[\s,]+/).filter(Boolean).map((url) => url.replace(/\/+$/, ''));
  }
  set sources(value: readonly string[]) {
    this.setAttribute(attributes.sources, value.join(' '));
  }

  /** Loads the model, and looks at the picture if there is one. Does nothing while at work or when that is done. */
  async start(): Promise<void> {
    if (this.state === 'verifying' || this.state === 'loading' || this.state === 'running') return;
    if (!this.model && !(await this.loadModel())) return;
    if (this.picture) await this.runModel();
  }

  /** Looks at a picture; loads the model first if need be. */
  async run(blob: Blob, name = 'the picture'): Promise<void> {
    if (await this.usePicture(() => pictureFromBlob(blob, name))) await this.start();
  }

  /** Ends what is under way, lets go of the model and goes back to `idle`. */
  reset(): void {
    this.drop();
    this.clearLedger();
    this.clearFindings();
    this.showPoster();
    this.setState('idle');
    this.watchForView();
  }

  override addEventListener<K extends keyof DehugModelEventMap>(
    type: K,
    listener: (this: DehugModelElement, event: DehugModelEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener<K extends Exclude<keyof HTMLElementEventMap, keyof DehugModelEventMap>>(
    type: K,
    listener: (this: DehugModelElement, event: HTMLElementEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  override addEventListener(type: string, listener: never, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener, options);
  }

  private fire<K extends keyof DehugModelEventMap>(type: K, detail: DehugModelEventMap[K]['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /* ---------------------------------------------------------------- loading and running */

  /** The main button: what it says is in {@link draw}. */
  private async act(): Promise<void> {
    if (this.state === 'verifying' || this.state === 'loading') this.reset();
    else if (this.model && !this.picture) this.file.click();
    else await this.start();
  }

  /** The page's word, else the manifest's; null while neither has spoken. */
  private get taskId(): string | null {
    return this.getAttribute(attributes.task) ?? this.ledger.manifest?.task?.id ?? null;
  }

  private get task(): PictureTask | null {
    const id = this.taskId;
    return id !== null && Object.hasOwn(tasks, id) ? (tasks[id] ?? null) : null;
  }

  private async loadModel(): Promise<boolean> {
    this.drop();
    const { signal } = this.work;
    this.clearLedger();
    this.setState('verifying');
    try {
      if (this.src === '') throw new DehugError('invalid', 'attribute src: is empty', { hint: 'set src to the CID of a release' });
      if (this.taskId !== null) this.checkTask();
      const model = await load(this.src, { ...this.loadOptions(), signal, onProgress: (event) => this.progress(event, signal) });
      if (signal.aborted) {
        model.dispose();
        return false;
      }
      this.model = model;
      this.proof.showModel(model);
      this.setState('ready');
      const lying = this.ledger.sources.filter((source) => source.state === 'lying').map((source) => source.url);
      this.fire(events.verified, { manifest: model.info, planHash: model.planHash, mode: model.mode, lying } satisfies Verified);
      return true;
    } catch (thrown) {
      if (!signal.aborted) this.fail(thrown);
      return false;
    }
  }

  private loadOptions(): LoadOptions {
    const signer = this.getAttribute(attributes.signer);
    const maxBytes = this.getAttribute(attributes.maxBytes);
    if (maxBytes !== null && !/^\d+$/.test(maxBytes)) {
      throw new DehugError('invalid', `attribute max-bytes: ${JSON.stringify(maxBytes)} is not a number of bytes`, { hint: 'write it in digits, or leave it out' });
    }
    return {
      sources: this.sources,
      mode: this.getAttribute(attributes.mode) === 'fast' ? 'fast' : 'strict',
      ...(signer !== null && signer !== '' && { signer }),
      ...(maxBytes !== null && { maxBytes: Number(maxBytes) }),
    };
  }

  private checkTask(): void {
    const { task, taskId } = this;
    if (task) return;
    const known = Object.keys(tasks).join(', ');
    if (taskId === null) throw new DehugError('unsupported', 'the manifest names no task', { hint: `set the task attribute to one of: ${known}` });
    throw new DehugError('unsupported', `task ${JSON.stringify(taskId)} is not one that this widget knows`, { hint: `use one of: ${known}` });
  }

  private progress(event: Progress, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.ledger.apply(event);
    this.fire(events.progress, event);
    this.queueDraw();
    if (event.type !== 'manifest') return;
    this.proof.showManifest(event.manifest);
    this.setState('loading');
    try {
      this.checkTask();
    } catch (thrown) {
      this.drop(); // before the first byte of a model that would be of no use
      this.fail(thrown);
    }
  }

  private async runModel(): Promise<void> {
    const { model, picture, task } = this;
    const { signal } = this.work;
    if (!model || !picture || !task) return;
    this.setState('running');
    try {
      const prepared = fitting(() => task.prepare(picture.bitmap, picture.bitmap, model.info.task));
      const begun = performance.now();
      const outputs = await model.run(prepared.feeds, { signal });
      const ms = performance.now() - begun;
      if (signal.aborted) return;
      if (picture !== this.picture) {
        await this.runModel(); // another one was chosen meanwhile
        return;
      }
      const detections = fitting(() => task.read(outputs, prepared, model.info.task));
      this.proof.showRun(ms);
      this.showFindings(detections, task, picture, ms);
      this.setState('done');
      const { width, height } = picture.bitmap;
      this.fire(events.result, { task: this.taskId ?? '', detections, picture: { name: picture.name, width, height }, ms } satisfies Result);
    } catch (thrown) {
      if (!signal.aborted) this.fail(thrown);
    }
  }

  private fail(thrown: unknown): void {
    const error = DehugError.from(thrown);
    const text = errorText(error);
    this.ledger.stop();
    this.setState('error');
    this.alert.replaceChildren(
      icon('warning'),
      h('div', {}, h('strong', {}, text.title), h('p', {}, text.advice), h('p', { class: 'detail' }, h('code', {}, text.code), ` ${text.detail}`)),
    );
    this.fire(events.error, error);
  }

  private clearLedger(): void {
    this.ledger = new Ledger(this.sources);
    this.map.clear();
    this.sourcesView.clear();
    this.proof.expect(this.getAttribute(attributes.signer) ?? '');
    this.alert.replaceChildren();
  }

  /** Ends the work under way and frees the model. */
  private drop(): void {
    this.work.abort();
    this.work = new AbortController();
    this.model?.dispose();
    this.model = null;
  }

  private queueReset(): void {
    if (this.resetQueued) return;
    this.resetQueued = true;
    queueMicrotask(() => {
      this.resetQueued = false;
      if (this.isConnected) this.reset();
    });
  }

  private watchForView(): void {
    this.seen?.disconnect();
    this.seen = null;
    if (this.getAttribute(attributes.reveal) !== 'auto') return;
    this.seen = new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      void this.start();
    });
    this.seen.observe(this);
  }

  /* ---------------------------------------------------------------- pictures */

  private chosen(): void {
    this.take(this.file.files?.[0]);
    this.file.value = ''; // choosing the same file again is a change again
  }

  private take(file: File | undefined): void {
    if (file) void this.run(file, file.name);
  }

  /** Shows the picture that `read` gives, unless another was asked for meanwhile. */
  private async usePicture(read: () => Promise<Picture>): Promise<boolean> {
    const turn = ++this.pictureTurn;
    try {
      const picture = await read();
      if (turn !== this.pictureTurn) {
        picture.bitmap.close();
        return false;
      }
      const before = this.picture;
      this.picture = picture;
      this.notice.textContent = '';
      this.poster.hidden = true;
      for (const sample of this.samples.children) sample.setAttribute('aria-pressed', 'false');
      this.clearFindings();
      this.stage.show(picture.bitmap, `${picture.name}. Not looked at yet.`);
      before?.bitmap.close();
      if (this.state === 'done') this.setState('ready');
      else this.draw();
      return true;
    } catch (thrown) {
      if (turn !== this.pictureTurn) return false;
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      this.notice.textContent = message;
      this.fire(events.error, new DehugError('bad_input', message, { cause: thrown }));
      return false;
    }
  }

  /** Makes a button for each sample in the page, and shows the first. */
  private readSamples(): void {
    const images = this.sampleSlot.assignedElements().filter((element) => element instanceof HTMLImageElement);
    this.samples.replaceChildren(
      ...images.map((image, i) => {
        const name = image.alt || `Sample ${i + 1}`;
        return h(
          'button',
          { type: 'button', class: 'sample', 'aria-pressed': 'false', 'aria-label': name, title: name, click: () => void this.useSample(i, this.model !== null) },
          h('img', { src: image.src, alt: '' }),
        );
      }),
    );
    if (!this.picture && !this.hasAttribute(attributes.poster)) void this.useSample(0, false);
  }

  private async useSample(index: number, run: boolean): Promise<void> {
    const image = this.sampleSlot.assignedElements().filter((element) => element instanceof HTMLImageElement)[index];
    if (!image) return;
    const shown = await this.usePicture(() => pictureFromUrl(image.src, image.alt || `Sample ${index + 1}`));
    if (!shown) return;
    this.samples.children[index]?.setAttribute('aria-pressed', 'true');
    if (run) await this.start();
  }

  private showPoster(): void {
    const url = this.getAttribute(attributes.poster);
    this.poster.hidden = url === null || this.picture !== null;
    if (url !== null) this.poster.src = url;
  }

  /* ---------------------------------------------------------------- what is seen */

  private setState(state: State): void {
    this.setAttribute(attributes.state, state);
    this.draw();
  }

  private queueDraw(): void {
    if (this.drawQueued) return;
    this.drawQueued = true;
    requestAnimationFrame(() => {
      this.drawQueued = false;
      this.draw();
    });
  }

  private draw(): void {
    const { state, ledger, task } = this;
    const { manifest } = ledger;
    setText(this.heading, manifest ? `${manifest.title || manifest.name} ${manifest.version}` : 'A model that checks itself');
    setText(this.reference, shorten(this.src.replace(/^(ipfs:\/\/|dehug:)/, ''), 12, 8));
    this.reference.title = this.src;

    const shown = looks[state];
    if (this.chip.textContent !== shown.chip) this.chip.replaceChildren(icon(shown.icon), shown.chip);
    const label = shown.button ?? (this.model && !this.picture ? 'Choose a picture' : (task?.action ?? 'Load the model'));
    setText(this.button, label);
    this.button.setAttribute('aria-disabled', String(state === 'running'));
    const sentence = this.sentence(state);
    if (sentence !== null) setText(this.said, sentence);
    if (state !== 'idle' && shown.announced) this.announce(this.said.textContent);

    this.bar.hidden = state !== 'verifying' && state !== 'loading';
    if (ledger.totalBytes > 0) {
      this.bar.max = ledger.totalBytes;
      this.bar.value = ledger.arrivedBytes;
    } else {
      this.bar.removeAttribute('value');
    }
    this.alert.hidden = state !== 'error';
    this.explanation.hidden = state !== 'idle';

    this.map.update(ledger);
    this.sourcesView.update(ledger);
  }

  /** The line beside the button; null leaves it as it is. */
  private sentence(state: State): string | null {
    const { ledger } = this;
    switch (state) {
      case 'idle':
        return `Downloads ${this.downloads()}. Every byte of the model is checked before it is used.`;
      case 'verifying':
        return 'Checking the manifest and its signature…';
      case 'loading':
        return ledger.phase === 'compiling' ? 'Compiling to WebAssembly…' : `Checking ${formatBytes(ledger.totalBytes)} of model, chunk by chunk…`;
      case 'ready':
        return 'Every byte matched its hash. Ready.';
      case 'running':
        return 'Looking…';
      case 'error':
        return 'Nothing unverified was run.';
      case 'done':
        return null; // said with the findings
    }
  }

  /** What pressing the button costs, as far as that is known before anything is fetched. */
  private downloads(): string {
    const model = Number(this.getAttribute(attributes.modelBytes) ?? 0);
    const engine = engineBytes > 0 ? `${formatBytes(engineBytes)} of engine` : 'the engine';
    return model > 0 ? `${engine} and ${formatBytes(model)} of model` : `${engine}, then the model`;
  }

  private showFindings(detections: readonly Detection[], task: PictureTask, picture: Picture, ms: number): void {
    const sentence = task.describe(detections);
    setText(this.said, `${sentence} ${formatDuration(ms)} in the model.`);
    const lines = detections.map((each) => `${each.label}, ${formatScore(each.score)} sure, ${whereabouts(each)}`);
    this.stage.mark(detections, [`${picture.name}. ${sentence}`, ...lines.map((line) => `${line}.`)].join(' '));
    this.found.replaceChildren(...lines.map((line) => h('li', {}, line)));
    this.findings.hidden = detections.length === 0;
  }

  private clearFindings(): void {
    this.findings.hidden = true;
    this.found.replaceChildren();
    if (this.picture) this.stage.show(this.picture.bitmap, `${this.picture.name}. Not looked at yet.`);
  }
}

/** How each state looks. `button: null` names the task. `announced`: the sentence is read out when it changes. */
const looks: Record<State, { chip: string; icon: IconName; button: string | null; announced: boolean }> = {
  idle: { chip: 'not loaded', icon: 'dot', button: null, announced: false },
  verifying: { chip: 'verifying', icon: 'arrow', button: 'Cancel', announced: true },
  loading: { chip: 'loading', icon: 'arrow', button: 'Cancel', announced: true },
  ready: { chip: 'verified', icon: 'shield', button: null, announced: true },
  running: { chip: 'running', icon: 'shield', button: 'Looking…', announced: false },
  done: { chip: 'verified', icon: 'shield', button: 'Run again', announced: true },
  error: { chip: 'stopped', icon: 'warning', button: 'Try again', announced: false },
};

/** Carries out a step of a task. One that the model does not fit is no fault of the engine's. */
function fitting<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new DehugError('unsupported', cause.message, { hint: 'choose a model that is made for this task', cause });
  }
}

/** `upper left, 18 % of the width`: where a detection is, for those who cannot see it. */
function whereabouts({ box }: Detection): string {
  const third = (at: number, names: readonly [string, string, string]) => names[at < 1 / 3 ? 0 : at < 2 / 3 ? 1 : 2];
  const down = third(box.y + box.height / 2, ['upper', 'middle', 'lower']);
  const across = third(box.x + box.width / 2, ['left', 'centre', 'right']);
  return `${down} ${across}, ${formatScore(box.width)} of the width`;
}
