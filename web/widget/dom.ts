/** Elements without markup in strings: nothing that a source says is ever parsed as HTML. */

type Child = Node | string | null | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>>;

/** Makes an element. Functions become listeners; `false`, `null` and `undefined` leave an attribute out. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child): child is Node | string => typeof child === 'string' || child instanceof Node));
  return element;
}

/** Icons of 16×16, drawn with `currentColor`. */
const icons = {
  check: 'M3 8.5l3.2 3.2L13 4.8',
  cross: 'M4 4l8 8M12 4l-8 8',
  dot: 'M8 8h.01',
  arrow: 'M8 2.5v9M4.5 8L8 11.5 11.5 8M3 14h10',
  copy: 'M6 6h7v7.5H6zM10 6V2.5H3V10h3',
  shield: 'M8 1.8l5 1.9v3.8c0 3-2 5.4-5 6.7-3-1.3-5-3.7-5-6.7V3.7zM5.6 7.9l1.7 1.7 3.1-3.2',
  picture: 'M2 3h12v10H2zM2 11l3.5-3.5L9 11l2-2 3 3M10.5 6h.01',
  file: 'M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13',
  sound: 'M2 6.5v3M5 4v8M8 2v12M11 5v6M14 6.5v3',
  microphone: 'M8 1.5a2 2 0 012 2v4a2 2 0 01-4 0v-4a2 2 0 012-2M3.5 7.5a4.5 4.5 0 009 0M8 12v2.5',
  play: 'M4.5 2.5v11L13 8z',
  stop: 'M4 4h8v8H4z',
  warning: 'M8 2L1.5 13.5h13zM8 6.5v3.2M8 11.7h.01',
  retry: 'M13 8a5 5 0 11-1.6-3.7M13 2.5V5h-2.5',
} as const;

export type IconName = keyof typeof icons;

/** A picture that says nothing to a screen reader: the words are always beside it. */
export function icon(name: IconName): SVGSVGElement {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon ${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(ns, 'path');
  path.setAttribute('d', icons[name]);
  svg.append(path);
  return svg;
}

/** Makes `parent` have exactly these children, moving none that are in place: focus and animations survive. */
export function setChildren(parent: Node, children: readonly Node[]): void {
  children.forEach((child, i) => {
    if (parent.childNodes[i] !== child) parent.insertBefore(child, parent.childNodes[i] ?? null);
  });
  while (parent.childNodes.length > children.length) parent.lastChild?.remove();
}

/** Sets text only where it changed, so that live regions speak once. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
