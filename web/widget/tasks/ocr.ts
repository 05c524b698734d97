/** The task `ocr`. */
import { cutLine, detectorSize, findText, ocrParams, ppocrInput, readCharacters, readLine, type Quad, type TextLine } from '../../src/tasks/ocr.js';
import { drawPicture, pixelsToTensor, type Size } from '../../src/tasks/image-input.js';
import type { Tensor } from '../../src/engine/index.js';
import { h, icon } from '../dom.js';
import * as icons from '../icons.js';
import { formatScore, plural } from '../format.js';
import type { TaskHost, TaskModule } from '../task.js';
import ocrCss from '../views/ocr.css?inline';
import css from '../views/picture.css?inline';
import { PictureView, type PictureTask } from '../views/picture-view.js';
import { timed } from '../views/timed.js';
import { t } from '../strings.js';

const whole = { x: 0, y: 0, width: 1, height: 1 };

function reader(host: TaskHost): PictureTask {
  return {
    busy: t`Reading…`,
    async look({ bitmap }, { model, models, data, task }, signal, say) {
      const params = ocrParams(task);
      const recognizer = models[params.recognizer];
      const dictionary = data[params.characters];
      if (!recognizer || !dictionary) throw new RangeError('the release lacks a recogniser or its characters');
      const characters = readCharacters(dictionary);

      const image = task?.image ?? ppocrInput;
      const size = detectorSize(bitmap, image);
      const input = { ...image, ...size };
      const seen = pixelsToTensor(drawPicture(bitmap, whole, size), input);
      say(t`Looking for lines…`);
      const detection = await timed(model, { [image.name]: { type: 'float32', dims: [1, 3, size.height, size.width], data: seen } }, signal);
      const boxes = findText(only(detection.outputs), params);

      let { ms } = detection;
      const lines: TextLine[] = [];
      const rgba = boxes.length > 0 ? drawPicture(bitmap, whole, bitmap) : [];
      const name = recognizer.inputs[0]?.name ?? '';
      for (const [i, { quad }] of boxes.entries()) {
        say(t`Reading line ${i + 1} of ${boxes.length}…`);
        const reading = await timed(recognizer, { [name]: cutLine(rgba, bitmap, quad, params.lineHeight) }, signal);
        ms += reading.ms;
        const { text, score } = readLine(only(reading.outputs), characters);
        if (text.trim() !== '' && score >= params.textThreshold) lines.push({ text, score, quad });
      }
      const text = lines.map((line) => line.text).join('\n');
      return {
        sentence: lines.length === 0 ? t`No text found.` : t`Read ${plural(lines.length, 'line')}.`,
        ms,
        detail: { lines, text },
        lines: lines.map((line) => t`${line.text} (${formatScore(line.score)} sure)`),
        title: t`The text`,
        shown: textBlock(lines, text, host),
        overlay: lines.length === 0 ? null : textLayer(lines, bitmap),
        draw: () => undefined,
      };
    },
  };
}

function only(outputs: Readonly<Record<string, Tensor>>): Tensor {
  const [output, ...more] = Object.values(outputs);
  if (!output || more.length > 0) throw new RangeError(`the model has ${more.length + 1} outputs, reading text needs one of each model`);
  return output;
}

const svg = 'http://www.w3.org/2000/svg';

/** Text over the picture, each line in its place and as long as its box: it can be selected. */
function textLayer(lines: readonly TextLine[], { width, height }: Size): Element {
  const layer = document.createElementNS(svg, 'svg');
  layer.setAttribute('viewBox', `0 0 ${width} ${height}`);
  layer.setAttribute('class', 'overlay');
  layer.setAttribute('aria-hidden', 'true'); // the text is below, too, in a form that can be read out
  for (const { text, quad } of lines) {
    const [a, b, , d] = quad.map(({ x, y }) => ({ x: x * width, y: y * height })) as unknown as Quad;
    const box = document.createElementNS(svg, 'polygon');
    box.setAttribute('points', quad.map(({ x, y }) => `${x * width},${y * height}`).join(' '));
    const across = Math.hypot(b.x - a.x, b.y - a.y);
    const down = Math.hypot(d.x - a.x, d.y - a.y);
    const line = document.createElementNS(svg, 'text');
    const turned = down > 1.5 * across; // read from top to bottom
    const angle = Math.atan2(b.y - a.y, b.x - a.x) + (turned ? Math.PI / 2 : 0);
    const from = turned ? b : a;
    const [long, high] = turned ? [down, across] : [across, down];
    line.setAttribute('transform', `translate(${from.x} ${from.y}) rotate(${(angle * 180) / Math.PI})`);
    line.setAttribute('x', String(high * 0.12));
    line.setAttribute('y', String(high * 0.77));
    line.setAttribute('font-size', String(high * 0.76));
    line.setAttribute('textLength', String(Math.max(1, long - high * 0.24)));
    line.setAttribute('lengthAdjust', 'spacingAndGlyphs');
    line.textContent = text;
    layer.append(box, line);
  }
  return layer;
}

/** The text as text, with a button that copies it and a switch for the layer over the picture. */
function textBlock(lines: readonly TextLine[], text: string, host: TaskHost): HTMLElement {
  const block = h('div', { class: 'text', dir: 'auto', tabindex: 0, role: 'region', 'aria-label': t`The text` }, ...lines.map((line) => h('p', { title: t`${formatScore(line.score)} sure` }, line.text)));
  const copy = () => {
    const selected = () => {
      getSelection()?.selectAllChildren(block);
      host.announce(t`The text is selected: copy it with the keyboard.`);
    };
    if (!isSecureContext) selected();
    else navigator.clipboard.writeText(text).then(() => host.announce(t`Copied the text.`), selected);
  };
  const layer = h('input', { type: 'checkbox', checked: true, change: () => layer.closest('.stage')?.classList.toggle('bare', !layer.checked) });
  return h(
    'div',
    { class: 'reading' },
    block,
    h('div', { class: 'tools' }, h('button', { type: 'button', class: 'quiet', click: copy }, icon(icons.copy), t`Copy the text`), h('label', {}, layer, t`Show it over the picture`)),
  );
}

export const task: TaskModule = {
  css: css + ocrCss,
  files: (block) => {
    const { recognizer, characters } = ocrParams(block);
    return { models: [recognizer], data: [characters] };
  },
  view: (host) => new PictureView(host, reader(host)),
};
