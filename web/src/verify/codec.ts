/**
 * Reads documents in their one canonical form: JSON of objects, lists and strings, sorted keys, no white space, shortest
 * escapes (RFC 8785). A document is described by rules, which say what is read and what is refused.
 */
import { utf8 } from './bytes.js';
import { parseCID } from './cid.js';
import { quote, refuse, Refusal, type Reason } from './refusal.js';

/** Reads one value. */
export type Rule<T> = (c: Cursor) => T;

class Cursor {
  at = 0;
  place = '';

  constructor(readonly bytes: Uint8Array) {}

  fail(reason: Reason, detail = ''): never {
    return refuse(reason, this.place, detail);
  }

  /** The next byte as a character; NUL at the end, where `unexpected` tells the two apart. */
  peek(): string {
    return String.fromCharCode(this.bytes[this.at] ?? 0);
  }

  take(character: string, what = `'${character}'`): void {
    if (this.peek() !== character) this.unexpected(what);
    this.at++;
  }

  /** Names the mistake behind a byte that cannot stand here. */
  unexpected(want: string): never {
    const found = this.peek();
    const detail = `byte ${this.at}: want ${want}`;
    if (this.at >= this.bytes.length) return this.fail('syntax', `${detail}, not the end of the document`);
    if (' \n\t\r'.includes(found)) return this.fail('not-canonical', `${detail}, not white space`);
    if (found === '\xef') return this.fail('not-canonical', `${detail}, not a byte order mark`);
    return this.fail(/[-0-9]/.test(found) ? 'json-number' : 'syntax', detail);
  }

  key(): string {
    const name = this.string();
    this.take(':');
    return name;
  }

  /** Reads a string in the one form in which it is written. */
  string(): string {
    this.take('"', 'a string');
    let text = '';
    let from = this.at;
    for (; ; this.at++) {
      const byte = this.bytes[this.at];
      if (byte === undefined) this.unexpected(`'"'`);
      if (byte < 0x20) this.fail('syntax', `byte ${this.at}: control character in a string`);
      if (byte !== 0x22 && byte !== 0x5c) continue;
      text += this.text(from, this.at);
      if (byte === 0x22) break;
      text += this.escape();
      from = this.at + 1;
    }
    this.at++;
    return text;
  }

  private text(from: number, to: number): string {
    try {
      return decoder.decode(this.bytes.subarray(from, to));
    } catch {
      return this.fail('text', `byte ${from}: not UTF-8`);
    }
  }

  /** Reads an escape and stops at its last byte. */
  private escape(): string {
    const place = `byte ${this.at}`;
    const [letter = 0, ...code] = this.bytes.subarray(this.at + 1, this.at + 6);
    const short = shortEscapes[String.fromCharCode(letter)];
    if (short !== undefined) {
      this.at++;
      return short;
    }
    const digits = String.fromCharCode(...code);
    if (letter === 0x75 && /^[0-9a-fA-F]{4}$/.test(digits)) {
      const value = parseInt(digits, 16);
      const character = String.fromCharCode(value);
      if (value >= 0xd800 && value < 0xe000) this.fail('text', `${place}: surrogate escape`);
      if (JSON.stringify(character) !== `"\\u${digits}"`) this.fail('not-canonical', `${place}: escape of a character that has a shorter form`);
      this.at += 5;
      return character;
    }
    return letter === 0x2f ? this.fail('not-canonical', `${place}: '/' is not escaped`) : this.fail('syntax', `${place}: bad escape`);
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const shortEscapes: Record<string, string> = { '"': '"', '\\': '\\', b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' };

/** An object with these fields, given in the order of their names; a `?` behind a name says that it may be missing. */
export function object<T extends object>(fields: Record<string, Rule<unknown>>): Rule<T> {
  return (c) => {
    const { place } = c;
    const out: Record<string, unknown> = {};
    let missing = '';
    c.take('{', 'an object');
    let key = c.peek() === '}' ? null : c.key();
    if (key === null) c.at++;
    for (const [declared, rule] of Object.entries(fields)) {
      const name = declared.replace('?', '');
      if (key !== name) {
        if (name === declared) missing ||= name;
        continue;
      }
      c.place = place === '' ? name : `${place}.${name}`;
      const value = (out[name] = rule(c));
      if (name !== declared && (value === '' || (Array.isArray(value) && value.length === 0))) c.fail('not-canonical', 'an empty field is left out');
      c.place = place;
      key = null;
      if (c.peek() === ',') {
        c.at++;
        key = c.key();
      } else c.take('}', `',' or '}'`);
    }
    if (key !== null) {
      if (Object.hasOwn(out, key)) c.fail('duplicate-key', quote(key));
      if (Object.hasOwn(fields, key) || Object.hasOwn(fields, `${key}?`)) c.fail('not-canonical', `key ${quote(key)} is out of order`);
      c.fail('unknown-field', quote(key));
    }
    if (missing !== '') c.fail('missing-field', quote(missing));
    return out as T;
  };
}

/** A list of at most `limit` items. */
export function list<T>(item: Rule<T>, limit: number): Rule<T[]> {
  return (c) => {
    const { place } = c;
    const out: T[] = [];
    c.take('[', 'a list');
    if (c.peek() === ']') c.at++;
    else {
      for (;;) {
        c.place = `${place}[${out.length}]`;
        if (out.length === limit) c.fail('too-large', `at most ${limit} entries`);
        out.push(item(c));
        if (c.peek() !== ',') break;
        c.at++;
      }
      c.take(']', `',' or ']'`);
    }
    c.place = place;
    return out;
  };
}

export const text: Rule<string> = (c) => c.string();

/** Text of a certain form. */
export const matching =
  (reason: Reason, form: RegExp, what = ''): Rule<string> =>
  (c) => {
    const value = c.string();
    return form.test(value) ? value : c.fail(reason, quote(value) + what);
  };

export const digest = matching('value', /^[0-9a-f]{64}$/, ' is not 64 lower-case hex digits');

/** An integer below 2⁶³. Those above 2⁵³ lose digits, which no field lets pass anyway. */
export const integer: Rule<number> = (c) => {
  const value = c.string();
  if (!/^(0|[1-9]\d{0,18})$/.test(value) || BigInt(value) >= 2n ** 63n) c.fail('integer', quote(value));
  return Number(value);
};

export const cid: Rule<string> = (c) => {
  const value = c.string();
  parseCID(value, c.place);
  return value;
};

/** A document as it can be written: `undefined` fields are not there, numbers are integers. */
export type Writable = string | number | readonly Writable[] | { readonly [key: string]: Writable | undefined };

/**
 * Writes a document in its canonical form: keys sorted, integers as strings, what is empty left out of objects. JSON.stringify
 * gives strings their shortest escapes, as RFC 8785 says. Whether it is a document that readers take, they decide: read it again.
 */
export function encode(value: Writable): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return JSON.stringify(String(value));
  if (isList(value)) return `[${value.map(encode).join(',')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.flatMap(([key, item]) => (isNothing(item) ? [] : `${JSON.stringify(key)}:${encode(item)}`)).join(',')}}`;
}

const isList = (value: Writable): value is readonly Writable[] => Array.isArray(value);
const isNothing = (value: Writable | undefined): value is undefined => value === undefined || value === '' || (isList(value) && value.length === 0);

/** Reads a whole document. */
export function decode<T>(document: Uint8Array, schema: string, rule: Rule<T>): T {
  try {
    const c = new Cursor(document);
    const value = rule(c);
    if (c.at !== document.length) c.unexpected('the end');
    return value;
  } catch (thrown) {
    // A later version may differ in anything, so its first difference says less than its schema.
    const seen = new TextDecoder().decode(document);
    if (thrown instanceof Refusal && seen.includes('"schema":"dehug/') && !seen.includes(`"schema":"${schema}"`)) refuse('schema', 'schema', `it is not ${schema}`);
    throw thrown;
  }
}

export const byteLength = (value: string): number => utf8(value).length;
