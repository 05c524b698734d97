/** Fetches and compiles the engine's program. The page does that while the worker for it is being started. */
import { DehugError } from './errors.js';

/** Compiles while the bytes arrive, where the server says that they are WebAssembly. */
export async function compileProgram(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new DehugError('unreachable', `the engine could not be fetched from ${url}`, { hint: 'check the connection', cause });
  });
  if (!response.ok) {
    throw new DehugError('unreachable', `the engine could not be fetched: ${url} answered with status ${response.status}`, {
      hint: 'check that the runtime files lie where `base` says',
    });
  }
  // Servers that do not know the type application/wasm are common enough.
  const streamed = response.headers.get('content-type')?.startsWith('application/wasm') === true;
  return streamed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
