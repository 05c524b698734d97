/** Signs in to the relay with a wallet: EIP-4361. */
import { createNonce, signIn as sendSignIn, type Account, type Nonce } from '../relay/index.js';
import { hex, utf8 } from '../verify/bytes.js';
import { accountOf, type Provider } from './discover.js';
import { walletError, WalletError } from './errors.js';

export async function signIn(provider: Provider, signal?: AbortSignal): Promise<Account> {
  const nonce = createNonce({}, { signal });
  nonce.catch(() => undefined); // heard below
  const address = await accountOf(provider, { ask: true }).catch((thrown: unknown) => Promise.reject(walletError(thrown)));
  if (address === undefined) throw new WalletError('other-account', 'the wallet gives this site no account', { hint: 'connect one in the wallet' });
  const message = signInMessage(address, await nonce, new Date());
  let signature: unknown;
  try {
    signature = await provider.request({ method: 'personal_sign', params: [`0x${hex(utf8(message))}`, address] });
  } catch (thrown) {
    throw walletError(thrown);
  }
  return await sendSignIn({ body: { message, signature: String(signature) } }, { signal });
}

/** The message for the relay's nonce. Wallets warn where domain and page differ, so the domain is the page's own where the relay takes that. */
export function signInMessage(address: string, { domain, uri, chainId, nonce }: Nonce, at: Date, page: { host: string; origin: string } = location): string {
  const local = /^(localhost|127\.0\.0\.1)(:|$)/;
  const ours = local.test(page.host) && local.test(domain);
  return `${ours ? page.host : domain} wants you to sign in with your Ethereum account:
${address}

Sign in to DeHug. This costs nothing and moves nothing.

URI: ${ours ? page.origin : uri}
Version: 1
Chain ID: ${chainId}
Nonce: ${nonce}
Issued At: ${at.toISOString()}`;
}
