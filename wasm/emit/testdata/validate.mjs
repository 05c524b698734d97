// Prints the name of each file that is not a valid WebAssembly module.
// Usage: node validate.mjs FILE…
import {readFileSync} from 'node:fs';
for (const file of process.argv.slice(2)) if (!WebAssembly.validate(readFileSync(file))) console.log(file);
