// Runs the modules that the tests describe and compares what they leave in
// memory, bit by bit. Usage: node run.mjs CASES.json. Prints one line for each
// difference; says nothing when all is well.
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

const list = process.argv[2];
const PAGE = 65536;

// Which NaN an operation yields is the machine's choice, so every NaN of a
// floating-point region counts as the same one.
function canonical(bytes, type) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'f32') for (let i = 0; i + 4 <= bytes.length; i += 4) { if (Number.isNaN(view.getFloat32(i, true))) view.setUint32(i, 0x7fc00000, true); }
  if (type === 'f64') for (let i = 0; i + 8 <= bytes.length; i += 8) { if (Number.isNaN(view.getFloat64(i, true))) view.setBigUint64(i, 0x7ff8000000000000n, true); }
  return bytes;
}

for (const c of JSON.parse(readFileSync(list, 'utf8'))) {
  const binary = readFileSync(join(dirname(list), c.module));
  if (!WebAssembly.validate(binary)) { console.log(`${c.name}: not a valid module`); continue; }
  const memory = new WebAssembly.Memory({initial: c.pages, maximum: c.pages});
  new Uint8Array(memory.buffer).fill(c.poison);
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(binary), {dehug: {memory}});
  exports.run();
  if (memory.buffer.byteLength !== c.pages * PAGE) console.log(`${c.name}: memory changed its size`);
  for (const r of c.regions || []) {
    const want = canonical(Uint8Array.from(Buffer.from(r.want || '', 'base64')), r.type);
    const mask = Buffer.from(r.mask || '', 'base64');
    const got = canonical(new Uint8Array(memory.buffer).slice(r.addr, r.addr + want.length), r.type);
    if (r.tolerance) {
      const [w, g] = [want, got].map((b) => new Float32Array(b.buffer, 0, b.length / 4));
      const at = w.findIndex((v, i) => mask[4 * i] && !(Math.abs(v - g[i]) <= r.tolerance));
      if (at >= 0) { console.log(`${c.name}: element ${at} of the region at ${r.addr}: got ${g[at]}, want about ${w[at]}`); break; }
      continue;
    }
    const at = want.findIndex((w, i) => mask[i] && w !== got[i]);
    if (at >= 0) { console.log(`${c.name}: byte ${at} of the region at ${r.addr}: got ${got[at]}, want ${want[at]}`); break; }
  }
}
