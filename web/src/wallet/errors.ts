/** What went wrong between the page, a wallet and the chain, for people. */
export type WalletCode =
  /** The person said no in the wallet. */
  | 'rejected'
  /** The wallet is on another chain and stays there. */
  | 'wrong-chain'
  /** The wallet shows another account than the one that is signed in. */
  | 'other-account'
  /** The wallet waits for an answer to something that was asked before. */
  | 'busy'
  /** The transaction was replaced in the wallet by another one, or cancelled there. */
  | 'replaced'
  /** The contract refuses. */
  | 'reverted'
  /** The account cannot pay for gas. */
  | 'no-funds'
  /** The account has fewer dollars than what it would buy. */
  | 'no-dollars'
  /** Wallet or chain do not answer. */
  | 'unreachable';

export class WalletError extends Error {
  override readonly name = 'WalletError';
  readonly hint: string;
  constructor(
    readonly code: WalletCode,
    message: string,
    { hint = '', cause }: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.hint = hint;
  }
}

/** What a wallet's rejection means. Numbers are of EIP-1193, EIP-1474 and MetaMask; wallets wrap them, so the chain of causes is walked. */
export function walletError(thrown: unknown): WalletError {
  const seen: unknown[] = [];
  for (let at = thrown; typeof at === 'object' && at !== null && !seen.includes(at); at = (at as { cause?: unknown }).cause) {
    if (at instanceof WalletError) return at;
    seen.push(at);
  }
  const codes = new Set(seen.map((e) => (e as { code?: unknown }).code));
  const text = seen.map((e) => (e as { message?: unknown }).message).find((message) => typeof message === 'string' && message !== '') as string | undefined;
  const is = (code: WalletCode, message: string, hint: string): WalletError => new WalletError(code, message, { hint, cause: thrown });
  if (codes.has(4001) || codes.has('ACTION_REJECTED')) return is('rejected', 'you said no in the wallet', 'nothing was signed or sent; try again when you are ready');
  if (codes.has(-32002)) return is('busy', 'the wallet waits for an answer to an earlier question', 'open the wallet and answer it there');
  if (codes.has(4902) || codes.has(4901)) return is('wrong-chain', 'the wallet is on another chain', 'choose the chain in the wallet');
  if (codes.has(4100)) return is('other-account', 'the wallet does not let this site use the account', 'connect it in the wallet');
  if (seen.some((e) => /insufficient funds/i.test(String((e as { message?: unknown }).message)))) return is('no-funds', 'the account has too little to pay for gas', 'let the relay publish for you, or fund the account');
  return is('unreachable', text?.split('\n')[0] ?? 'the wallet does not answer', 'open the wallet and try again');
}
