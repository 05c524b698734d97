// Times the modules that kernelbench wrote. In Node: node bench.mjs DIR [part
// of a name]. In a browser: import it and call bench(load, names) with a
// function that fetches a file's bytes.
export async function bench(load, part = '', pages = 512) {
  const memory = new WebAssembly.Memory({initial: pages, maximum: pages});
  const rows = [];
  const list = JSON.parse(new TextDecoder().decode(await load('list.json'))).sort((a, b) => (a.name < b.name ? -1 : 1));
  const kernels = [];
  for (const k of list.filter((k) => k.name.includes(part))) {
    const {instance} = await WebAssembly.instantiate(await load(k.file), {dehug: {memory}});
    const {run} = instance.exports;
    const t0 = performance.now();
    run();
    const first = performance.now() - t0;
    const until = performance.now() + 60; // let the second compiler finish
    while (performance.now() < until) run();
    let n = 1;
    for (let dt = 0; dt < 5; n *= 2) { const t = performance.now(); for (let i = 0; i < n; i++) run(); dt = performance.now() - t; }
    kernels.push({...k, run, first, n, times: []});
  }
  for (let round = 0; round < 25; round++) for (const k of kernels) {
    const t = performance.now();
    for (let i = 0; i < k.n; i++) k.run();
    k.times.push((performance.now() - t) / k.n);
  }
  for (const k of kernels) {
    const ms = Math.min(...k.times); // other programs only ever add
    rows.push(`${k.name.padEnd(34)} ${(ms * 1000).toFixed(1).padStart(9)} µs ${(k.operations / ms / 1e6).toFixed(1).padStart(7)} Gop/s  first ${(k.first * 1000).toFixed(0).padStart(6)} µs  ${k.bytes} bytes`);
  }
  return rows;
}

if (globalThis.process?.argv?.[2]) {
  const {readFile} = await import('node:fs/promises');
  for (const row of await bench((f) => readFile(`${process.argv[2]}/${f}`), process.argv[3])) console.log(row);
}
