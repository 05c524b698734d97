/** Work of many elements, a task of the page's thread for each piece: none of them holds up the page for long. */
const waiting: (() => void)[] = [];

export function inTurn(work: () => void): void {
  if (waiting.push(work) === 1) setTimeout(next);
}

function next(): void {
  waiting[0]?.();
  waiting.shift();
  if (waiting.length > 0) setTimeout(next);
}
