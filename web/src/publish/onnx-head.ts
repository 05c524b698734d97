/** Reads, of an ONNX file, the version of its default operator set: a few fields are read and the weights stepped over. */
import { PublishError } from './errors.js';

/** Enough for what surrounds the graph: names, versions, a doc string. */
const window_ = 64 * 1024;
/** A model has a handful of fields. One that has more is not read to its end. */
const maxFields = 4096;

/** Field numbers of ModelProto and OperatorSetIdProto, in onnx.proto. */
const opsetImport = 8;
const setDomain = 1;
const setVersion = 2;

export async function opsetOf(file: Blob): Promise<number> {
  const fail = (why: string): never => {
    throw new PublishError('files', `not an ONNX model: ${why}`, { hint: 'export the model to ONNX and pick the .onnx file' });
  };
  let at = 0;
  let held = new Uint8Array();
  let heldAt = 0;
  /** Bytes from `at` on: at least `want` of them, where the file has so many. */
  const read = async (want: number): Promise<Uint8Array> => {
    if (at < heldAt || at + want > heldAt + held.length) {
      heldAt = at;
      held = new Uint8Array(await file.slice(at, at + Math.max(want, window_)).arrayBuffer());
    }
    return held.subarray(at - heldAt);
  };
  const varint = async (): Promise<number> => {
    const { value, length } = readVarint(await read(10));
    if (length === 0) return fail('a number is cut short');
    at += length;
    return value;
  };

  for (let n = 0; at < file.size; n++) {
    if (n === maxFields) return fail(`more than ${maxFields} fields`);
    const key = await varint();
    const field = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        await varint();
        break;
      case 1:
        at += 8;
        break;
      case 5:
        at += 4;
        break;
      case 2: {
        const length = await varint();
        if (at + length > file.size) return fail('it is cut short');
        if (field === opsetImport && length < 1024) {
          const { domain, version } = operatorSet((await read(length)).subarray(0, length));
          if ((domain === '' || domain === 'ai.onnx') && version > 0) return version;
        }
        at += length;
        break;
      }
      default:
        return fail(`field ${field} is of no known kind`);
    }
  }
  return fail('it names no operator set');
}

function operatorSet(bytes: Uint8Array): { domain: string; version: number } {
  let domain = '';
  let version = 0;
  for (let at = 0; at < bytes.length; ) {
    const key = readVarint(bytes.subarray(at));
    const value = readVarint(bytes.subarray(at + key.length));
    if (key.length === 0 || value.length === 0) break;
    at += key.length + value.length;
    if (key.value === 8 * setVersion) version = value.value;
    else if (key.value === 8 * setDomain + 2) {
      domain = new TextDecoder().decode(bytes.subarray(at, at + value.value));
      at += value.value;
    } else if (key.value % 8 === 2) at += value.value;
  }
  return { domain, version };
}

/** A number and how many bytes it takes; none when it is malformed. Above 2⁵³ it is rounded: a negative one, which nobody here uses. */
function readVarint(bytes: Uint8Array): { value: number; length: number } {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[i];
    if (byte === undefined) break;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, length: i + 1 };
  }
  return { value: 0, length: 0 };
}
