import { DehugError, defaultMaxBytes, read, type LoadOptions, type Model, type Progress, type RunOptions, type VerifiedManifest } from '../src/engine/index.js';
import { makeCard, type Card } from './card.js';
import type { Checks, ChecksModule } from './checks.js';
import { attributes, engineBytes, events, type DehugModelEventMap, type Result, type State, type Verified } from './constants.js';
import { h, icon, setText } from './dom.js';
import * as icons from './icons.js';
import { formatBytes, formatDuration, hostOf, shorten } from './format.js';
import { isInputError } from './input-error.js';
import { fetchLater } from './kit.js';
import { Ledger } from './ledger.js';
import { isAddress, shareModel } from './shared.js';
import { adoptStyles } from './styles.js';
import { isKnownTask, knownTasks, loadTask, type Finding, type Parts, type TaskHost, type TaskId, type TaskModule, type TaskView } from './task.js';
import { t } from './strings.js';
import { inTurn } from './turns.js';

/** A server that renders pages has no elements: there, the class is never made an instance of. */
const Base = typeof HTMLElement === 'undefined' ? (Object as unknown as typeof HTMLElement) : HTMLElement;

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
 * Nothing is fetched before somebody asks for it, or, with `autoload`, the element is seen. A model that is larger than
 * what was said before is not fetched until that has been said, too. Then the manifest is checked against the hash in `src`, the signature against `signer`, and each
 * chunk of the model against the manifest; sources are not trusted, and one that lies is shown with the evidence.
 * What the visitor gives it stays in the page.
 *
 * A page's Content-Security-Policy needs: `script-src` with the widget's origin and `'wasm-unsafe-eval'`; `connect-src`
 * with that origin and the sources; `worker-src` with `blob:` when the widget comes from another origin (without it the
 * model runs on the page's own thread). No inline styles or scripts are used.
 *
 * @tag dehug-model
 *
 * @attr {string} src - CID of a release or of its manifest, with or without `ipfs://`, or the address (https://…) of an ONNX file. Changing it starts over.
 * @attr {string} integrity - With the address of an ONNX file in `src`: the hash that it must have, `sha256-…`, as on a script.
 * @attr {string} task - What to do with the model. Default: what the manifest says. Known: those of {@link knownTasks}.
 * @attr {string} sources - Base URLs of trustless gateways, separated by spaces. All are used, none is trusted.
 * @attr {string} signer - Ethereum address that must have signed the manifest. Without it any signer, or none, will do.
 * @attr {string} poster - URL of a picture to show until there is something to run on.
 * @attr {boolean} autoload - Load as soon as the element is in view, unless the visitor's browser asks to save data.
 * @attr {number} ask-above - Models larger than this are asked about once their size is known. Default: 16 MiB, or any when the browser asks to save data.
 * @attr {"strict"|"fast"} mode - `strict` (default) gives the same bits on every machine.
 * @attr {number} max-bytes - Models larger than this are refused before their first byte is fetched. Default: 1 GiB.
 * @attr {number} model-bytes - Size of the model, if the page knows; said before anything is fetched.
 * @attr {number} max-work - Multiply-adds that a run may take; more is refused before it begins. Default: no limit.
 * @attr {number} max-seconds - Seconds after which a run is ended, if need be with its worker. Default: 60.
 * @attr {string} state - Reflected, read-only: `idle`, `verifying`, `loading`, `paused`, `ready`, `running`, `done` or `error`.
 *
 * @fires progress - While loading: `detail` is the engine's progress event (a phase, the manifest, a chunk, a source).
 * @fires verified - Every byte has matched its hash and the model is compiled; nothing has run yet. `detail`: {@link Verified}.
 * @fires result - The model has run. `detail`: {@link Result}.
 * @fires error - Loading or running failed, or an input is of no use. `detail`: `DehugError` with `code`, `message`, `hint`.
 *
 * @slot sample - Elements to offer as examples; they are not shown themselves. For tasks over pictures: `<img>`, whose `alt`
 *   is its name; the first is shown at once.
 *
 * @csspart card - The whole.
 * @csspart header - Name of the model, and how things stand.
 * @csspart stage - What goes in, and controls.
 * @csspart picture - The canvas of a picture.
 * @csspart button - The main button.
 * @csspart cancel - The button that ends a download.
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
export class DehugModelElement extends Base {
  static readonly observedAttributes = Object.values(attributes).filter((name) => name !== attributes.state);

  readonly #announce = (text: string): void => setText(this.#card.status, text);

  /** What is seen; null while nobody has come near. */
  #made: Card | null = null;

  #ledger = new Ledger([]);
  /** Shows it; null until it has been fetched. */
  #checks: Checks | null = null;
  #checksComing: Promise<void> | null = null;
  /** Styles of what was fetched later. */
  #css = { checks: '', task: '' };
  /** Milliseconds of the last run of what is loaded. */
  #ran: number | null = null;
  /** Settles when the view has read the sample that it shows at once. */
  #offered: Promise<void> | undefined;
  #mounted: { id: TaskId; module: TaskModule; view: TaskView } | null = null;
  #parts: Parts | null = null;
  /** All that must be disposed of. */
  #models: Model[] = [];
  /** Ends the load or run under way. A new one for each start; what belongs to an old one is thrown away. */
  #work = new AbortController();
  /** Bytes of model that were agreed to. */
  #agreed = 0;
  /** Bytes of the model, when it has turned out to be larger than what was agreed to; 0 for no question. */
  #asking = 0;
  /** While a view runs by itself: how the button ends that. */
  #stop: (() => void) | null = null;
  /** The line beside the button while running; empty for the view's own word. */
  #saying = '';
  #seen: IntersectionObserver[] = [];
  /** In a document, as far as we have noticed. */
  #present = false;
  #resetQueued = false;
  #drawQueued = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    adoptStyles(root);
    root.append(h('div', { class: 'room' })); // so that what follows moves little
    this.#listen();
  }

  /** What is seen, which is made when it is first needed: of many on one page, most are never looked at. */
  get #card(): Card {
    return this.#made ?? this.#make();
  }

  #make(): Card {
    const card = makeCard({ act: () => void this.#act(), cancel: () => this.reset(), sampled: () => this.#offerSamples() });
    this.#made = card;
    card.body.classList.toggle('coming', this.#isComing());
    this.shadowRoot?.querySelector('.room')?.replaceWith(card.article);
    this.#showPoster();
    this.#draw();
    return card;
  }

  /** Nothing is shown that would jump when the view of the task is there, a moment later. */
  #isComing(): boolean {
    return !this.#view && isKnownTask(this.#taskId ?? '') && !this.hasAttribute(attributes.poster);
  }

  #listen(): void {
    this.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      this.#card.screen.classList.add('over');
    });
    this.addEventListener('dragleave', () => this.#made?.screen.classList.remove('over'));
    this.addEventListener('drop', (event) => {
      event.preventDefault();
      this.#card.screen.classList.remove('over');
      this.#take(event.dataTransfer);
    });
    this.addEventListener('paste', (event) => this.#take(event.clipboardData));
  }

  /** Something was dropped or pasted. Before there is a view for it, only a file can be kept: the rest is gone after the event. */
  #take(data: DataTransfer | null): void {
    const file = data?.files[0];
    if (this.#view) this.#view.take(data);
    else if (file) void this.#use(file, file.name, this.#unasked);
  }

  connectedCallback(): void {
    if (this.#present) return; // it has only been moved
    this.#present = true;
    this.#view?.connect();
    this.reset();
    this.#offerSamples();
  }

  disconnectedCallback(): void {
    // Moving an element disconnects and connects it at once: only one that stays away gives up its model.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#present = false;
      this.#view?.disconnect();
      for (const observer of this.#seen) observer.disconnect();
      this.#drop();
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected || !this.#present) return;
    if (name === attributes.poster) this.#showPoster();
    else if (name === attributes.modelBytes) this.#draw();
    else if (name === attributes.askAbove || name === attributes.maxWork || name === attributes.maxSeconds) return; // read when they are needed
    else this.#queueReset();
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

  /** Base URLs. They may be set as in the attribute, too: React sets properties where there are some. */
  get sources(): string[] {
    const listed = this.getAttribute(attributes.sources) ?? '';
    return listed.split(/[\s,]+/).filter(Boolean).map((url) => url.replace(/\/+$/, ''));
  }
  set sources(value: readonly string[] | string) {
    this.setAttribute(attributes.sources, typeof value === 'string' ? value : value.join(' '));
  }

  /**
   * Loads the model, and runs it if there is something to run on. Does nothing while at work or when that is done.
   * Nobody is asked before a large download: whoever calls this has seen to that.
   */
  async start(): Promise<void> {
    await this.#begin(Infinity);
  }

  /** @param agreed - bytes of model that may be fetched without asking */
  async #begin(agreed: number): Promise<void> {
    if (this.state === 'verifying' || this.state === 'loading' || this.state === 'running') return;
    this.#agreed = agreed;
    if (!this.#parts && !(await this.#loadModel())) return;
    if (!this.#view?.ready) {
      await this.#offered; // the sample is still being read
      if (this.state !== 'ready') return; // something else has begun meanwhile
    }
    if (this.#view?.ready) await this.#runModel();
  }

  /**
   * Runs on this input; loads the model first if need be. `input` is what the task takes: a picture, a recording or any
   * file as a Blob; for tasks over text, text. `name` is shown to people.
   */
  async run(input: Blob | string, name = t`the input`): Promise<void> {
    await this.#use(input, name, Infinity);
  }

  async #use(input: Blob | string, name: string, agreed: number): Promise<void> {
    this.#agreed = agreed;
    await this.#mountTask().catch(() => null); // a failure is said when the model is loaded
    if (!this.#view && !(await this.#loadModel())) return;
    try {
      await this.#view?.use(input, name);
    } catch (thrown) {
      this.#refuse(thrown);
      return;
    }
    this.#inputChanged();
    await this.#begin(agreed);
  }

  /** Ends what is under way, lets go of the model and goes back to `idle`. */
  reset(): void {
    this.#drop();
    this.#asking = 0;
    this.#clearLedger();
    if (this.#made) this.#made.notice.textContent = '';
    this.#view?.clear();
    this.#showPoster();
    this.#setState('idle');
    this.#watchForView();
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

  #fire<K extends keyof DehugModelEventMap>(type: K, detail: DehugModelEventMap[K]['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /* ---------------------------------------------------------------- the task's side */

  /** The page's word, else the manifest's; null while neither has spoken. */
  get #taskId(): string | null {
    return this.getAttribute(attributes.task) ?? this.#ledger.manifest?.task?.id ?? null;
  }

  get #view(): TaskView | null {
    return this.#mounted?.view ?? null;
  }

  #checkTask(): void {
    const taskId = this.#taskId;
    if (taskId !== null && isKnownTask(taskId)) return;
    const known = Object.keys(knownTasks).join(', ');
    if (taskId === null) throw new DehugError('unsupported', 'the manifest names no task', { hint: `set the task attribute to one of: ${known}` });
    throw new DehugError('unsupported', `task ${JSON.stringify(taskId)} is not one that this widget knows`, { hint: `use one of: ${known}` });
  }

  /** Puts the view of the task in its place. Null while no task is known. */
  async #mountTask(): Promise<TaskModule | null> {
    const id = this.#taskId;
    if (id === null || !isKnownTask(id)) return null;
    const module = await loadTask(id);
    if (this.#taskId !== id) return this.#mountTask(); // it has changed meanwhile
    if (this.#mounted?.id === id) return module;
    this.#view?.disconnect();
    const view = module.view(this.#host());
    this.#mounted = { id, module, view };
    this.#adopt({ task: module.css });
    const card = this.#card;
    card.body.classList.remove('coming');
    card.screen.replaceChildren(card.poster, view.screen);
    card.choices.replaceChildren(view.choices);
    card.findings.replaceChildren(view.findings);
    card.stage.setAttribute('aria-label', view.label);
    if (this.isConnected) view.connect();
    this.#offerSamples();
    this.#draw();
    return module;
  }

  #host(): TaskHost {
    const isLoaded = (): boolean => this.#parts !== null;
    return {
      get loaded() {
        return isLoaded();
      },
      changed: (run) => {
        this.#inputChanged();
        if (run) void this.#begin(this.#unasked);
      },
      load: async () => {
        const atWork = this.state === 'verifying' || this.state === 'loading';
        if (!this.#parts && !atWork) {
          this.#agreed = this.#unasked;
          await this.#loadModel();
        }
        return this.#parts;
      },
      refuse: (problem) => this.#refuse(problem),
      failed: (problem) => this.#failed(problem),
      say: (text) => {
        this.#saying = text;
        this.#queueDraw();
      },
      announce: this.#announce,
      found: (finding, live = false) => this.#showFinding(finding, live),
      busy: (stop) => {
        this.#stop = stop;
        if (stop) this.#setState('running');
        else if (this.state === 'running') this.#setState('ready');
      },
    };
  }

  /** There is another input than before. */
  #inputChanged(): void {
    this.#card.notice.textContent = '';
    this.#showPoster();
    if (this.state === 'done') this.#setState('ready');
    else this.#draw();
  }

  /** Says that an input is of no use; whatever is loaded stays. */
  #refuse(problem: unknown): void {
    const message = problem instanceof Error ? problem.message : String(problem);
    this.#card.notice.textContent = message;
    this.#fire(events.error, new DehugError('bad_input', message, { cause: problem }));
  }

  #offerSamples(): void {
    this.#offered = this.#view?.offer(this.#card.samples.assignedElements(), !this.hasAttribute(attributes.poster));
  }

  /* ---------------------------------------------------------------- loading and running */

  /** The main button: what it says is in {@link draw}. */
  async #act(): Promise<void> {
    if (this.#stop) this.#stop();
    else if (this.state === 'verifying') this.reset();
    else if (this.state === 'loading') this.#pause();
    else if (this.#parts && !this.#view?.ready) this.#view?.ask();
    else await this.#begin(this.#asking || this.#unasked);
  }

  /** Ends the download; what has been checked is kept by whatever keeps it: a store, or the browser's cache. */
  #pause(): void {
    this.#drop();
    this.#ledger.stop();
    this.#setState('paused');
  }

  /** Bytes of model that may be fetched by a visitor who has seen what the element says of them. */
  get #unasked(): number {
    return Math.max(this.#number(attributes.modelBytes, 0), savesData() ? 0 : this.#number(attributes.askAbove, 2 ** 24));
  }

  /** An attribute that is a number; `otherwise` where it is missing or none. Before a model is loaded, limits that are none are refused. */
  #number(name: string, otherwise: number): number {
    const text = this.getAttribute(name);
    return text !== null && digits.test(text) ? Number(text) : otherwise;
  }

  async #loadModel(): Promise<boolean> {
    this.#drop();
    const { signal } = this.#work;
    this.#clearLedger();
    this.#setState('verifying');
    try {
      if (this.src === '') throw new DehugError('invalid', 'attribute src: is empty', { hint: 'set src to the CID of a release' });
      if (this.#taskId !== null) this.#checkTask();
      const options = { ...this.#loadOptions(), signal };
      if (isAddress(this.src) && options.signer !== undefined) {
        throw new DehugError('invalid', 'attribute signer: a file at an address has no signatures', { hint: 'leave it out; integrity says which file it must be' });
      }
      const model = await this.#open({ ...options, onProgress: (event) => this.#progress(event, signal) });
      const loaded = await this.#loadRest(model, options);
      if (signal.aborted) return false;
      this.#parts = loaded;
      this.#setState('ready');
      const lying = this.#ledger.sources.filter((source) => source.state === 'lying').map((source) => source.url);
      const planHashes = Object.fromEntries(Object.entries(loaded.models).map(([path, each]) => [path, each.planHash]));
      this.#fire(events.verified, { manifest: model.info, planHash: model.planHash, planHashes, mode: model.mode, lying } satisfies Verified);
      return true;
    } catch (thrown) {
      if (!signal.aborted) await this.#stopLoading(thrown);
      return false;
    }
  }

  /** A load has failed: says so, or asks, when the model is larger than what was agreed to and allowed. */
  async #stopLoading(thrown: unknown): Promise<void> {
    this.#drop(); // ends what else is on its way
    const { signal } = this.#work;
    const { manifest } = this.#ledger;
    if (manifest !== null && thrown instanceof DehugError && thrown.code === 'too_large') {
      await this.#expectFiles(manifest, Infinity).catch(() => undefined); // all that it takes, so that all is asked for
      if (signal.aborted) return;
      const bytes = this.#ledger.totalBytes;
      if (bytes > this.#agreed && bytes <= this.#limit) {
        this.#asking = bytes;
        this.#ledger.stop();
        this.#setState('idle');
        this.#announce(this.#card.said.textContent);
        return;
      }
    }
    this.#fail(unfit(thrown));
  }

  /** Loads one model, which is disposed of with the others. */
  async #open(options: LoadOptions & { integrity?: string }): Promise<Model> {
    const limits: RunOptions = { maxWork: this.#number(attributes.maxWork, Infinity), timeout: 1000 * this.#number(attributes.maxSeconds, 60) };
    const model = await shareModel(this.src, options, limits);
    if (options.signal?.aborted) {
      model.dispose();
      throw new DehugError('aborted', 'loading was cancelled');
    }
    this.#models.push(model);
    return model;
  }

  /** What the task takes beside the entry. */
  async #loadRest(model: Model, options: LoadOptions): Promise<Parts> {
    const module = await this.#mountTask();
    const { models = [], data = [] } = module?.files(model.info.task) ?? {};
    const rest: LoadOptions = { ...options, onProgress: (event) => this.#further(event, options.signal) };
    const loaded = models.map(async (path) => [path, await this.#open({ ...rest, entry: path })] as const);
    const files = data.map(async (path) => [path, await read(this.src, path, rest)] as const);
    const [opened, bytes] = await Promise.all([Promise.all(loaded), Promise.all(files), module?.rest?.()]);
    return { model, models: Object.fromEntries(opened), data: Object.fromEntries(bytes), task: model.info.task };
  }

  #loadOptions(): LoadOptions & { integrity?: string } {
    const signer = this.#signer;
    for (const name of [attributes.maxBytes, attributes.askAbove, attributes.maxWork, attributes.maxSeconds]) {
      const text = this.getAttribute(name);
      if (text === null || digits.test(text)) continue;
      throw new DehugError('invalid', `attribute ${name}: ${JSON.stringify(text)} is not a number`, { hint: 'write it in digits, or leave it out' });
    }
    return {
      sources: this.sources,
      mode: this.getAttribute(attributes.mode) === 'fast' ? 'fast' : 'strict',
      ...(signer !== '' && { signer }),
      ...(isAddress(this.src) && { integrity: this.getAttribute(attributes.integrity) ?? '' }),
      maxBytes: Math.min(this.#limit, this.#agreed),
    };
  }

  /** Bytes of model that the page allows, whatever anybody agrees to. */
  get #limit(): number {
    return this.#number(attributes.maxBytes, defaultMaxBytes);
  }

  #progress(event: Progress, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#ledger.apply(event);
    this.#fire(events.progress, event);
    this.#queueDraw();
    if (event.type === 'chunk' || event.type === 'source') this.#showChecks().catch(() => undefined); // it is asked for again with the next
    if (event.type !== 'manifest') return;
    this.#setState('loading');
    try {
      this.#checkTask();
    } catch (thrown) {
      this.#drop(); // before the first byte of a model that would be of no use
      this.#fail(thrown);
      return;
    }
    this.#expectFiles(event.manifest, Math.min(this.#limit, this.#agreed)).catch((thrown: unknown) => {
      if (!signal.aborted) void this.#stopLoading(thrown);
    });
  }

  /** Shows what the task takes beside the entry, and holds all of it against the limit; the engine does so for each file. */
  async #expectFiles(manifest: VerifiedManifest, limit: number): Promise<void> {
    const module = await this.#mountTask();
    const { models = [], data = [] } = module?.files(manifest.task) ?? {};
    const ledger = this.#ledger;
    if (ledger.manifest !== manifest) return; // of a load that is over
    module?.rest?.().catch(() => undefined); // it is asked for again when the model is here
    ledger.need([...models, ...data]);
    this.#queueDraw();
    if (ledger.totalBytes <= limit) return;
    throw new DehugError('too_large', `${manifest.name} is ${ledger.totalBytes} bytes, more than the ${limit} that are allowed here`, { hint: 'allow more bytes, or use a smaller model' });
  }

  /** Progress of what is loaded after the entry: its manifest and its phases have been told already. */
  #further(event: Progress, signal: AbortSignal | undefined): void {
    if (signal?.aborted || event.type === 'manifest' || event.type === 'phase') return;
    this.#ledger.apply(event);
    this.#fire(events.progress, event);
    this.#queueDraw();
  }

  async #runModel(): Promise<void> {
    const loaded = this.#parts;
    const view = this.#view;
    const { signal } = this.#work;
    if (!loaded || !view) return;
    this.#saying = '';
    this.#setState('running');
    try {
      const finding = await view.run(loaded, signal);
      if (!signal.aborted) this.#showFinding(finding);
    } catch (thrown) {
      if (!signal.aborted) this.#failed(thrown);
    }
  }

  /** Running has gone wrong: with an input that is of no use the model stays. */
  #failed(thrown: unknown): void {
    if (isInputError(thrown)) {
      this.#setState('ready');
      this.#refuse(thrown);
      return;
    }
    if (thrown instanceof DehugError && thrown.reason === 'hung') this.#drop(); // the model is gone
    this.#fail(unfit(thrown));
  }

  /** `live`: what runs by itself goes on. */
  #showFinding(finding: Finding, live = false): void {
    this.#ran = finding.ms;
    if (!live) {
      setText(this.#card.said, t`${finding.sentence} ${formatDuration(finding.ms)} in the model.`);
      this.#setState('done');
    }
    this.#fire(events.result, { task: this.#mounted?.id, ms: finding.ms, ...finding.detail, ...(live && { live }) } as Result);
  }

  #fail(thrown: unknown): void {
    const error = DehugError.from(thrown);
    this.#ledger.stop();
    this.#setState('error');
    this.#fire(events.error, error);
    void this.#explain(error, this.#work.signal);
  }

  /** Says what went wrong, once it is known how that is put: in the engine's own words where the network is gone altogether. */
  async #explain(error: DehugError, signal: AbortSignal): Promise<void> {
    await this.#showChecks().catch(() => undefined);
    if (signal.aborted || this.state !== 'error') return;
    this.#card.alert.replaceChildren(icon(icons.warning), this.#checks?.explain(error) ?? h('p', {}, error.message));
  }

  #clearLedger(): void {
    this.#ledger = new Ledger(this.sources);
    this.#made?.alert.replaceChildren();
  }

  /** Ends the work under way and frees the models. */
  #drop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#work.abort();
    this.#work = new AbortController();
    for (const model of this.#models) model.dispose();
    this.#models = [];
    this.#parts = null;
    this.#ran = null;
  }

  #queueReset(): void {
    if (this.#resetQueued) return;
    this.#resetQueued = true;
    queueMicrotask(() => {
      this.#resetQueued = false;
      if (this.isConnected) this.reset();
    });
  }

  #watchForView(): void {
    for (const observer of this.#seen) observer.disconnect();
    const once = (margin: string, then: () => void): IntersectionObserver => {
      const observer = new IntersectionObserver(
        (entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          observer.disconnect();
          then();
        },
        { rootMargin: margin },
      );
      observer.observe(this);
      return observer;
    };
    this.#made?.body.classList.toggle('coming', this.#isComing());
    const shown = (): void => this.#made?.body.classList.remove('coming');
    const show = (): void => {
      if (!this.isConnected) return;
      if (this.#made === null) this.#make();
      void this.#mountTask().then(shown, shown); // a failure is said when somebody asks for the model
    };
    this.#seen = [once('100%', () => inTurn(show))];
    if (this.hasAttribute(attributes.autoload) && !savesData()) this.#seen.push(once('0px', () => void this.start()));
  }

  /* ---------------------------------------------------------------- what is seen */

  #showPoster(): void {
    if (this.#made === null) return;
    const url = this.getAttribute(attributes.poster);
    this.#card.poster.hidden = url === null || this.#view?.ready === true;
    if (url !== null) this.#card.poster.src = url;
  }

  #setState(state: State): void {
    this.setAttribute(attributes.state, state);
    this.#draw();
  }

  #queueDraw(): void {
    if (this.#drawQueued) return;
    this.#drawQueued = true;
    requestAnimationFrame(() => {
      this.#drawQueued = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { state } = this;
    if (state === 'idle' && this.#made === null) return;
    const card = this.#card;
    const ledger = this.#ledger;
    const view = this.#view;
    const { manifest } = ledger;
    setText(card.heading, manifest ? `${manifest.title || manifest.name} ${manifest.version}` : t`A model that checks itself`);
    setText(card.reference, shorten(this.src.replace(/^(ipfs:\/\/|dehug:)/, ''), 12, 8));
    card.reference.title = this.src;

    const shown = looks[state];
    if (card.chip.textContent !== shown.chip) card.chip.replaceChildren(icon(shown.icon), shown.chip);
    setText(card.button, this.#label(state));
    card.button.setAttribute('aria-disabled', String(state === 'running' && this.#stop === null));
    const sentence = this.#sentence(state);
    if (sentence !== null) setText(card.said, sentence);
    if (state !== 'idle' && shown.announced) this.#announce(card.said.textContent);

    card.cancel.hidden = state !== 'loading' && state !== 'paused';
    card.bar.hidden = state !== 'verifying' && state !== 'loading' && state !== 'paused';
    if (ledger.totalBytes > 0) {
      card.bar.max = ledger.totalBytes;
      card.bar.value = ledger.arrivedBytes;
    } else {
      card.bar.removeAttribute('value');
    }
    card.alert.hidden = state !== 'error';
    card.promise.hidden = state !== 'idle' || manifest !== null;
    if (!card.promise.hidden) setText(card.promise, this.#promised());
    card.stage.setAttribute('aria-busy', String(state === 'running' && this.#stop === null));
    view?.screen.classList.toggle('running', state === 'running');

    this.#checks?.update({ ledger, signer: this.#signer, loaded: this.#parts, ran: this.#ran });
  }

  #adopt(more: Partial<{ checks: string; task: string }>): void {
    Object.assign(this.#css, more);
    if (this.shadowRoot) adoptStyles(this.shadowRoot, this.#css.checks, this.#css.task);
  }

  /** Shows what was checked, from the first time that there is something to show. Without it, the model runs all the same. */
  #showChecks(): Promise<void> {
    this.#checksComing ??= fetchLater<{ checks: ChecksModule }>('checks.js').then(({ checks }) => {
      this.#checks = checks.make(this.#announce);
      this.#adopt({ checks: checks.css });
      this.#card.checks.replaceChildren(...this.#checks.elements, this.#card.promise);
      this.#draw();
    });
    this.#checksComing.catch(() => (this.#checksComing = null));
    return this.#checksComing;
  }

  /** What the main button says. */
  #label(state: State): string {
    const view = this.#view;
    const taskId = this.#taskId;
    if (state === 'running') return this.#stop ? t`Stop` : (view?.busy ?? t`Running…`);
    const { button } = looks[state];
    if (button !== null) return button;
    if (this.#asking > 0 && state === 'idle') return t`Download ${formatBytes(this.#asking)}`;
    if (this.#parts && view && !view.ready) return view.choose;
    return taskId !== null && isKnownTask(taskId) ? knownTasks[taskId] : t`Load the model`;
  }

  /** The line beside the button; null leaves it as it is. */
  #sentence(state: State): string | null {
    const ledger = this.#ledger;
    switch (state) {
      case 'idle':
        if (this.#asking > 0) return t`This model is ${formatBytes(this.#asking)}${time(this.#asking)}. Nothing of it has been fetched yet.`;
        return t`Downloads ${this.#downloads()}. Every byte of the model is checked before it is used.`;
      case 'verifying':
        return t`Checking the manifest and its signature…`;
      case 'loading':
        return ledger.phase === 'compiling' ? t`Compiling to WebAssembly…` : t`Checking ${formatBytes(ledger.totalBytes)} of model, chunk by chunk…`;
      case 'paused':
        return t`Paused: ${formatBytes(ledger.verifiedBytes)} of ${formatBytes(ledger.totalBytes)} are checked.`;
      case 'ready':
        return t`Every byte matched its hash. Ready.`;
      case 'running':
        return this.#saying || (this.#view?.busy ?? '');
      case 'error':
        return t`Nothing unverified was run.`;
      case 'done':
        return null; // said with the findings
    }
  }

  /** Address that must have signed; empty for whoever did. */
  get #signer(): string {
    return this.getAttribute(attributes.signer) ?? '';
  }

  /** What will be checked. */
  #promised(): string {
    const sources = this.sources.map(hostOf).join(', ');
    const signer = shorten(this.#signer);
    const asked = sources === '' ? '' : t`Sources: ${sources}. `;
    const signed = signer === '' ? '' : t`Signer, as this page asks: ${signer}. `;
    return `${asked}${signed}${t`Nothing has been fetched yet. No source is trusted: what arrives is hashed, and used only if the hash is the one that the signed manifest names.`}`;
  }

  /** What pressing the button costs, as far as that is known before anything is fetched. */
  #downloads(): string {
    const model = this.#number(attributes.modelBytes, 0);
    const engine = engineBytes > 0 ? t`${formatBytes(engineBytes)} of engine` : t`the engine`;
    return model > 0 ? t`${engine} and ${formatBytes(model)} of model${time(engineBytes + model)}` : t`${engine}, then the model`;
  }
}

const digits = /^\d+$/;

/** How each state looks. `button: null` names the task. `announced`: the sentence is read out when it changes. */
const looks: Record<State, { chip: string; icon: string; button: string | null; announced: boolean }> = {
  idle: { chip: t`not loaded`, icon: icons.dot, button: null, announced: false },
  verifying: { chip: t`verifying`, icon: icons.arrow, button: t`Cancel`, announced: true },
  loading: { chip: t`loading`, icon: icons.arrow, button: t`Pause`, announced: true },
  paused: { chip: t`paused`, icon: icons.dot, button: t`Resume`, announced: true },
  ready: { chip: t`verified`, icon: icons.shield, button: null, announced: true },
  running: { chip: t`running`, icon: icons.shield, button: null, announced: false },
  done: { chip: t`verified`, icon: icons.shield, button: t`Run again`, announced: true },
  error: { chip: t`stopped`, icon: icons.warning, button: t`Try again`, announced: false },
};

/** What browsers that tell know of the connection: whether the visitor asks to save data, and megabits a second. */
function connection(): { saveData?: boolean; downlink?: number } {
  return (navigator as { connection?: { saveData?: boolean; downlink?: number } }).connection ?? {};
}

function savesData(): boolean {
  return connection().saveData === true;
}

/** `, about 3 s here`: how long a download takes; empty where the browser does not say. */
function time(bytes: number): string {
  const { downlink = 0 } = connection();
  return downlink > 0 ? t`, about ${Math.max(1, Math.round((bytes * 8) / (downlink * 1e6)))} s here` : '';
}

/** A model that does not fit its task is no fault of the engine's, nor of what the visitor chose. */
function unfit(thrown: unknown): unknown {
  const misfit = thrown instanceof RangeError || (thrown instanceof DehugError && thrown.code === 'bad_input');
  return misfit ? new DehugError('unsupported', thrown.message, { hint: 'choose a model that is made for this task', cause: thrown }) : thrown;
}
