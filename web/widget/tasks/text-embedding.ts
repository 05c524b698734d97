/** The task `text-embedding`. */
import { Tokenizer } from '@huggingface/tokenizers';
import { cutTokens, meanPool, readTokenizer, similarity, textFeeds, textParams } from '../../src/tasks/text-embedding.js';
import { parts as partNames } from '../constants.js';
import { h } from '../dom.js';
import { plural } from '../format.js';
import { InputError } from '../input-error.js';
import type { Finding, Parts, TaskHost, TaskModule, TaskView } from '../task.js';
import { makeBars } from '../views/bars.js';
import barsCss from '../views/bars.css?inline';
import css from '../views/text.css?inline';
import { timed } from '../views/timed.js';
import { t } from '../strings.js';

/** Each costs a run. */
const maxTexts = 64;

/** Characters in a text: far beyond what a model of this kind takes in. */
const maxLength = 20_000;

class TextView implements TaskView {
  readonly label = t`Text`;
  readonly busy = t`Comparing…`;
  readonly choose = t`Write a sentence`;
  readonly #subject = h('textarea', { id: 'subject', rows: 2, maxlength: maxLength, spellcheck: true, input: () => this.#edited() });
  readonly #others = h('textarea', { id: 'others', rows: 5, spellcheck: true, input: () => this.#edited() });
  readonly screen = h(
    'div',
    { class: 'texts' },
    h('label', { for: 'subject' }, t`A sentence`),
    this.#subject,
    h('label', { for: 'others' }, t`Compare it with these, one a line`),
    this.#others,
  );
  readonly choices = h('div', { class: 'choices' }, h('p', { class: 'hint' }, t`What you write stays on this page. Similar means similar in meaning, not in words.`));
  readonly findings = h('div', { class: 'findings', part: partNames.result, hidden: true });
  /** Made of the loaded files: once. */
  #known: { of: Parts; tokenizer: Tokenizer } | null = null;

  constructor(private readonly host: TaskHost) {}

  get ready(): boolean {
    return this.#subject.value.trim() !== '' || this.#lines().length > 0;
  }

  ask(): void {
    this.#subject.focus();
  }

  async use(input: Blob | string): Promise<void> {
    const [first = '', ...rest] = (typeof input === 'string' ? input : await input.text()).split('\n').map((line) => line.trim()).filter(Boolean);
    this.#subject.value = first;
    if (rest.length > 0) this.#others.value = rest.join('\n');
    this.clear();
  }

  take(data: DataTransfer | null): boolean {
    const file = data?.files[0];
    if (!file) return false; // text is pasted where the cursor is
    void this.use(file).then(() => this.host.changed(false));
    return true;
  }

  async offer(elements: readonly Element[], show: boolean): Promise<void> {
    const texts = elements.map((element) => element.textContent.trim()).filter(Boolean);
    if (!show || texts.length === 0 || this.ready) return;
    await this.use(texts.join('\n'));
    this.host.changed(false);
  }

  async run(parts: Parts, signal: AbortSignal): Promise<Finding> {
    const subject = this.#subject.value.trim();
    const others = this.#lines();
    if (subject === '') throw this.#empty(this.#subject, t`there is no sentence to compare; write one in the first field`);
    if (others.length === 0) throw this.#empty(this.#others, t`there is nothing to compare with; write a sentence in the second field`);
    if (others.length > maxTexts) throw new InputError(t`${others.length} lines are too many to compare with; leave at most ${maxTexts}`);
    if (others.some((text) => text.length > maxLength)) throw new InputError(t`a line has more than ${maxLength} characters; write shorter ones`);
    const params = textParams(parts.task);
    const tokenizer = this.#tokenizer(parts);
    const texts = [subject, ...others];
    const vectors: Float32Array[] = [];
    let ms = 0;
    let cut = 0;
    for (const [i, text] of texts.entries()) {
      this.host.say(t`Sentence ${i + 1} of ${texts.length}…`);
      const { ids } = tokenizer.encode(text);
      if (ids.length > params.maxTokens) cut++;
      const { outputs, ms: took } = await timed(parts.model, textFeeds(cutTokens(ids, params.maxTokens), parts.model.inputs), signal);
      ms += took;
      vectors.push(meanPool(params.hidden === '' ? Object.values(outputs)[0] : outputs[params.hidden]));
    }
    const [first = new Float32Array(), ...rest] = vectors;
    const ranked = others.map((text, i) => ({ text, similarity: similarity(first, rest[i] ?? first) })).sort((a, b) => b.similarity - a.similarity);
    this.findings.replaceChildren(
      h('h3', {}, t`Most similar first`),
      makeBars(ranked.map((each) => ({ label: each.text, value: each.similarity, text: cosine(each.similarity) }))),
      cut > 0 ? h('p', { class: 'hint' }, t`${plural(cut, 'text')} longer than the model takes: only the first ${params.maxTokens} tokens were read.`) : '',
    );
    this.findings.hidden = false;
    const [best] = ranked;
    return { sentence: best ? t`Closest: “${excerpt(best.text)}”, ${cosine(best.similarity)} of 1.` : '', ms, detail: { text: subject, ranked, texts, embeddings: vectors } };
  }

  clear(): void {
    this.findings.hidden = true;
  }

  connect(): void {
    // Nothing to watch.
  }

  disconnect(): void {
    // Nothing to watch.
  }

  #lines(): string[] {
    return this.#others.value.split('\n').map((line) => line.trim()).filter(Boolean);
  }

  #edited(): void {
    this.clear();
    this.host.changed(false);
  }

  #empty(field: HTMLElement, message: string): InputError {
    field.focus();
    return new InputError(message);
  }

  #tokenizer(parts: Parts): Tokenizer {
    if (this.#known?.of !== parts) {
      const params = textParams(parts.task);
      const settings = parts.data[params.tokenizer];
      if (!settings) throw new RangeError('the release lacks its tokenizer');
      this.#known = { of: parts, tokenizer: new Tokenizer(readTokenizer(settings, parts.data[params.vocabulary]), {}) };
    }
    return this.#known.tokenizer;
  }
}

/** `0.58`, `−0.12`. */
function cosine(value: number): string {
  return value.toFixed(2).replace('-', '−');
}

function excerpt(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 58).trimEnd()}…`;
}

export const task: TaskModule = {
  css: css + barsCss,
  files: (block) => {
    const { tokenizer, vocabulary } = textParams(block);
    return { data: vocabulary === '' ? [tokenizer] : [tokenizer, vocabulary] };
  },
  view: (host) => new TextView(host),
};
